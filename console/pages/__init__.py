"""The console's pages, a file for each topic."""
