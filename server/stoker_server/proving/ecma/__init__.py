"""Runs tests of JavaScript and TypeScript projects with the runner that the project has."""
