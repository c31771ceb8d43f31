package rule

// BlockFamilies is how many families a kernel takes at a time.
const BlockFamilies = blockFamilies
