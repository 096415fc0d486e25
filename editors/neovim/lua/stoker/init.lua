-- Stoker in Neovim: require('stoker').setup{} starts the server for its languages and shows ghost text. See :help stoker.
local config = require('stoker.config')

local M = {}

local paused = {} -- by file type, and '*' for all
local is_set_up = false

-- The ghost text in use: ghost.native or ghost.own; nil where there is none.
local function ghost()
  local kind = config.ghost()
  return kind and require('stoker.ghost.' .. kind)
end

-- Whether ghost text is wanted in a buffer.
function M.is_wanted(buffer)
  return not paused['*'] and not paused[vim.bo[buffer].filetype] and vim.b[buffer].stoker ~= false
end

-- Stop offering ghost text in a file type, or everywhere; with nil begin again everywhere.
function M.pause(filetype)
  if filetype then
    paused[filetype] = true
  else
    paused = {}
  end
  if config.ghost() == 'native' then
    for _, client in ipairs(vim.lsp.get_clients({ name = 'stoker' })) do
      for buffer in pairs(client.attached_buffers) do
        vim.lsp.inline_completion.enable(M.is_wanted(buffer), { bufnr = buffer })
      end
    end
  elseif ghost() then
    ghost().dismiss()
  end
  vim.cmd.redrawstatus()
end

local function act(name, ...)
  local own = is_set_up and ghost()
  return own and own[name](...) or false
end

-- In an <expr> mapping, which is what blink.cmp's keys are, no text may be changed (E565): then it is taken as soon as it may.
local function accept(amount)
  local ok, result = pcall(act, 'accept', amount)
  if not ok and tostring(result):find('E565', 1, true) then
    vim.schedule(function()
      act('accept', amount)
    end)
    return true
  end
  return ok and result or not ok and error(result, 0)
end

-- For mappings of your own: each returns whether there was something to do.
function M.accept()
  return accept('all')
end

function M.accept_word()
  return accept('word')
end

function M.accept_line()
  return accept('line')
end

function M.dismiss()
  return act('dismiss')
end

function M.is_shown()
  return act('is_shown')
end

-- Ask for ghost text now.
function M.trigger()
  act('trigger')
end

-- A few words for a status line.
function M.statusline()
  return require('stoker.status').line()
end

local function client_config()
  local mine = { init_options = config.current.settings }
  local kind = config.ghost()
  if kind == 'own' then
    mine.capabilities = { textDocument = { inlineCompletion = { dynamicRegistration = false } } }
  elseif not kind then -- then the server puts its suggestion into the popup
    mine.capabilities = { textDocument = { inlineCompletion = vim.NIL } }
  end
  return mine
end

-- Start Stoker. See :help stoker-options for what may be set.
function M.setup(options)
  if vim.fn.has('nvim-0.11') == 0 then
    vim.notify('Stoker needs Neovim 0.11 or newer', vim.log.levels.ERROR)
    return
  end
  config.set(options)
  vim.api.nvim_set_hl(0, 'StokerGhost', { link = vim.lsp.inline_completion and 'ComplHint' or 'NonText', default = true })
  require('stoker.status').setup()
  if ghost() then
    ghost().setup(M.is_wanted, 'StokerGhost')
    require('stoker.keys').setup(ghost())
  end
  is_set_up = true
  local next_key = config.current.next_edit
  if next_key then
    local next_edit = require('stoker.next_edit')
    next_edit.setup()
    vim.keymap.set('n', next_key, function()
      return next_edit.go() and '' or next_key
    end, { expr = true, desc = 'Stoker: go to the next edit, or make it' })
  end
  vim.lsp.config('stoker', client_config())
  vim.lsp.enable('stoker')
end

return M
