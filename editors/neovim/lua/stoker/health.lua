-- :checkhealth stoker
local config = require('stoker.config')
local server = require('stoker.server')

local M = {}

local function neovim()
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.11') == 0 then
    return vim.health.error('Neovim ' .. version .. ' is too old', 'install Neovim 0.11 or newer')
  end
  local kinds = { native = "Neovim's own (vim.lsp.inline_completion)", own = "Stoker's own" }
  local kind = kinds[config.ghost()] or 'off: suggestions are in the popup'
  vim.health.ok(('Neovim %s; ghost text is %s'):format(version, kind))
end

local function version_of(command)
  local probe = vim.list_slice(command, 1, command[#command] == 'lsp' and #command - 1 or #command)
  local ok, ran = pcall(function()
    return vim.system(vim.list_extend(probe, { '--version' }), { text = true, timeout = 20000 }):wait()
  end)
  if ok and ran.code == 0 then
    return vim.trim(ran.stdout)
  end
  return nil, ok and vim.trim(ran.stderr) or tostring(ran)
end

local function the_server(root)
  local command, where = server.find(root)
  if not command then
    return vim.health.error((where:gsub('^Stoker: ', '')))
  end
  local version, problem = version_of(command)
  if version then
    vim.health.ok(('%s, from %s: %s'):format(version, where, table.concat(command, ' ')))
  else
    vim.health.error(("%s can't be run: %s"):format(table.concat(command, ' '), problem), 'install it anew')
  end
end

local function running()
  if not vim.lsp.is_enabled('stoker') then
    vim.health.warn('Stoker is not enabled', { "require('stoker').setup{} in init.lua", "or vim.lsp.enable('stoker')" })
  end
  local clients = vim.lsp.get_clients({ name = 'stoker' })
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    vim.health.ok(('it runs for %s (%d buffers)'):format(client.root_dir or 'files without a folder', buffers))
    local answer = client:request_sync('stoker/status', vim.empty_dict(), 5000)
    if answer and answer.result then
      for _, line in ipairs(require('stoker.status').sentences(answer.result)) do
        vim.health.info(line)
      end
    else
      vim.health.error('it does not answer', ':Stoker restart, and :Stoker log for what it says')
    end
  end
  if #clients == 0 then
    vim.health.info('it runs nowhere: open a file of one of its languages')
  end
end

local function keys()
  for name, key in pairs(config.ghost() and config.current.keys or {}) do
    local mapped = key and vim.fn.maparg(key, 'i', false, true)
    if mapped and mapped.lhs and not vim.startswith(mapped.desc or '', 'Stoker: ') then
      local advice = ("map it yourself: see :help stoker-keys for keys.%s beside other plugins"):format(name)
      vim.health.warn(('%s is another mapping than keys.%s (%s)'):format(key, name, mapped.desc or mapped.rhs or 'Lua'), advice)
    end
  end
end

function M.check()
  vim.health.start('stoker')
  neovim()
  the_server(server.root(vim.api.nvim_get_current_buf()) or vim.fn.getcwd())
  running()
  keys()
end

return M
