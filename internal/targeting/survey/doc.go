// Package survey fits scoring models to a consumption survey and measures
// how well a model finds the poor in one.
//
// A survey is a table, a row a household, with a column of consumption, a
// column that names the community, and columns of what is known of the
// household. Fit returns a model file that package targeting ranks the
// register with. Assess counts who among the poor a model misses and whom it
// takes in their place, in communities that it has not seen.
//
// Fitting is in floating point; the model that comes out is in whole
// millionths, and all that is measured is measured with that model.
package survey
