-- Configuration for Neovim's own LSP client (0.11 and later). With this folder on the runtime path, vim.lsp.enable('stoker') is
-- enough; require('stoker').setup() does that and adds keys and ghost text.
local server = require('stoker.server')

return {
  cmd = server.start,
  filetypes = {
    'python', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'go', 'rust', 'java', 'c', 'cpp', 'cs',
    'ruby', 'php', 'sh', 'bash', 'kotlin',
  },
  root_dir = server.root_dir,
  on_init = server.on_init,
  capabilities = { workspace = { workspaceEdit = { documentChanges = true } } }, -- then an edit says for which version it is
  handlers = {
    ['window/showDocument'] = server.show_document,
    ['workspace/applyEdit'] = function(...)
      return require('stoker.preview').handle(...)
    end,
  },
}
