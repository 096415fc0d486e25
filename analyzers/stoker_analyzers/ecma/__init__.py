"""JavaScript and TypeScript as tests need them: what is exported, what can be called, where lines run. Runs nothing."""
