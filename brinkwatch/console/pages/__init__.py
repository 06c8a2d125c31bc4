"""The console's pages, a module for each section: they fetch through the ports and hand values to the templates."""
