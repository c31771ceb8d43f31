// Package web is the ground that every page stands on: routes that declare
// who may open them, the layout, the form, table and status components, the
// languages and formats of the screen, and files out of any list.
//
// A slice (registryweb, deliveryweb, …) brings a table of routes, handlers
// and templ pages that are made of the components here; README.md shows one
// whole page. Every page works without script: htmx and the small scripts in
// ts only make it pleasant.
package web
