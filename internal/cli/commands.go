package cli

import "github.com/spf13/cobra"

// commands lists every command, in the order of the spine.
func commands(e *env) []*cobra.Command {
	return []*cobra.Command{
		configCommand(e), doctorCommand(e), userCommand(e), logCommand(e),
	}
}
