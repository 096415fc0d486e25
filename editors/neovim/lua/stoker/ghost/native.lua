-- Neovim's own ghost text (vim.lsp.inline_completion, 0.12), taken so that typing on leaves nothing behind: Neovim itself goes on
-- offering a text for a moment after something else was typed, and would put all of it where it began.
local popup = require('stoker.popup')
local server = require('stoker.server')
local text = require('stoker.ghost.text')

local M = {}

local at_request = {} -- by buffer: its tick when the server was last asked

local function marks(buffer)
  local space = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
  return space and vim.api.nvim_buf_get_extmarks(buffer, space, 0, -1, { details = true }) or {}
end

function M.is_shown()
  if popup.is_selecting() then
    return false
  end
  for _, mark in ipairs(marks(0)) do
    local first = mark[4].virt_text and mark[4].virt_text[1]
    if (first and first[1] ~= '') or mark[4].virt_lines then
      return true
    end
  end
  return false
end

local function take(item, amount)
  local buffer = vim.api.nvim_get_current_buf()
  local row, column, last, stop = unpack(vim.api.nvim_win_get_cursor(0))
  row, last, stop = row - 1, row - 1, column
  if item.range then
    row, column, last, stop = item.range:to_extmark()
  end
  local typed = type(item.insert_text) == 'string' and text.typed(buffer, item.insert_text, row, column)
  local replaced = stop - vim.api.nvim_win_get_cursor(0)[2]
  local is_stale = replaced > 0 and at_request[buffer] ~= vim.api.nvim_buf_get_changedtick(buffer)
  local client = vim.lsp.get_client_by_id(item.client_id)
  if not typed or is_stale or not client or #typed == #item.insert_text then
    return false
  end
  local rest = item.insert_text:sub(#typed + 1)
  local part = text.part(rest, amount)
  text.insert(buffer, part, part == rest and last == row and math.max(replaced, 0) or 0)
  text.tell(client, { insertText = item.insert_text, command = item.command }, typed .. part)
  return true
end

-- Take 'all', a 'line' or a 'word' of what is shown; false where nothing is. Where what is shown no longer fits, `otherwise` is
-- called: Neovim hands the text out only later.
function M.accept(amount, otherwise)
  if not M.is_shown() then
    return false
  end
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      if not take(item, amount) and otherwise then
        otherwise()
      end
    end,
  })
end

function M.dismiss()
  local buffer, shown = vim.api.nvim_get_current_buf(), M.is_shown()
  if shown then
    vim.lsp.inline_completion.enable(false, { bufnr = buffer })
    vim.lsp.inline_completion.enable(M.is_wanted(buffer), { bufnr = buffer })
  end
  return shown
end

-- Neovim asks by itself only: a move of the cursor that is none makes it.
function M.trigger()
  vim.api.nvim_exec_autocmds('CursorMovedI', { buffer = 0 })
end

-- Begin: wanted says for a buffer whether ghost text is wanted there.
function M.setup(wanted)
  M.is_wanted = wanted
  local group = vim.api.nvim_create_augroup('stoker.ghost', {})
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    callback = function(event)
      if server.client(event.buf) then
        vim.lsp.inline_completion.enable(M.is_wanted(event.buf), { bufnr = event.buf })
        if event.buf == vim.api.nvim_get_current_buf() and vim.startswith(vim.api.nvim_get_mode().mode, 'i') then
          M.trigger() -- what was typed while it started
        end
      end
    end,
  })
  vim.api.nvim_create_autocmd('LspRequest', {
    group = group,
    callback = function(event)
      local request = event.data.request
      if request.type == 'pending' and request.method == 'textDocument/inlineCompletion' then
        at_request[request.bufnr] = vim.api.nvim_buf_get_changedtick(request.bufnr)
      end
    end,
  })
end

return M
