package cli

import "github.com/spf13/cobra"

// commands lists every command, in the order of the spine.
func commands(e *env) []*cobra.Command {
	return []*cobra.Command{
		demoCommand(e), generateCommand(e), importCommand(e), exportCommand(e), workbookCommand(e), qualityCommand(e), retentionCommand(e), rightsCommand(e), breachCommand(e), duplicatesCommand(e), familyCommand(e), linkCommand(e), matchCommand(e), snapshotCommand(e), rankCommand(e), targetingCommand(e),
		determineCommand(e), explainCommand(e), whatIfCommand(e), outcomeCommand(e), recheckCommand(e), payCommand(e), documentCommand(e), reconcileCommand(e), ledgerCommand(e), goodsCommand(e), dutyCommand(e), simulateCommand(e), benchCommand(e),
		serveCommand(e), programmeCommand(e), logCommand(e), userCommand(e), configCommand(e), doctorCommand(e), backupCommand(e), restoreCommand(e),
	}
}
