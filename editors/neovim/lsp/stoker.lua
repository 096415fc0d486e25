-- Configuration for Neovim's own LSP client (0.11 and later): put this file into a folder lsp/ of your runtime path and call
-- vim.lsp.enable('stoker').
return {
  cmd = { 'stoker', 'lsp' },
  filetypes = {
    'python', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'go', 'rust', 'java', 'c', 'cpp', 'cs',
    'ruby', 'php', 'sh', 'bash', 'kotlin',
  },
  -- One inner list: they are equals, so the nearest folder with any of them is the project.
  root_markers = {
    { 'stoker.toml', 'pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml', 'pom.xml', '.git' },
  },
}
