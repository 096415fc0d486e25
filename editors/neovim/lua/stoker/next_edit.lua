-- Draws what follows from an edit elsewhere in the file, and goes there. Put this file into lua/stoker/ of your runtime path:
--   require('stoker.next_edit').setup()
--   vim.keymap.set('n', '<Tab>', function() return require('stoker.next_edit').go() and '' or '<Tab>' end, { expr = true })
-- The first <Tab> jumps to the edit, the second one makes it and shows the next one.
local M = {}

local space = vim.api.nvim_create_namespace('stoker.next_edit')
local shown = {} -- by buffer: the edit that is drawn
local timers = {}
local DELAY = 400 -- milliseconds of rest before the server is asked

local function client_of(buffer)
  return vim.lsp.get_clients({ bufnr = buffer, name = 'stoker' })[1]
end

local function place(client, buffer, position)
  local line = vim.api.nvim_buf_get_lines(buffer, position.line, position.line + 1, false)[1] or ''
  return position.line, vim.str_byteindex(line, client.offset_encoding, position.character, false)
end

function M.clear(buffer)
  shown[buffer] = nil
  if vim.api.nvim_buf_is_valid(buffer) then
    vim.api.nvim_buf_clear_namespace(buffer, space, 0, -1)
  end
end

local function draw(client, buffer, edit)
  M.clear(buffer)
  if edit.textDocument.version ~= vim.lsp.util.buf_versions[buffer] then
    return
  end
  shown[buffer] = edit
  local row, column = place(client, buffer, edit.range.start)
  local last, finish = place(client, buffer, edit.range['end'])
  vim.api.nvim_buf_set_extmark(buffer, space, row, column, {
    end_row = last,
    end_col = finish,
    hl_group = 'DiffDelete',
    virt_text = { { vim.split(edit.text, '\n')[1], 'DiffAdd' } },
    virt_text_pos = 'eol',
  })
end

function M.ask(buffer)
  local client = client_of(buffer)
  if not client then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.textDocument.version = vim.lsp.util.buf_versions[buffer]
  params.context = { triggerKind = 2 }
  client:request('textDocument/copilotInlineEdit', params, function(problem, answer)
    local edit = not problem and answer and answer.edits[1]
    if edit and vim.api.nvim_buf_is_valid(buffer) then
      draw(client, buffer, edit)
    else
      M.clear(buffer)
    end
  end, buffer)
end

-- Go to the edit that is drawn, or make it where the cursor is in its line already; false where there is none.
function M.go()
  local buffer = vim.api.nvim_get_current_buf()
  local edit, client = shown[buffer], client_of(buffer)
  if not edit or not client then
    return false
  end
  vim.schedule(function()
    if vim.api.nvim_win_get_cursor(0)[1] ~= edit.range.start.line + 1 then
      local row, column = place(client, buffer, edit.range.start)
      vim.cmd("normal! m'")
      vim.api.nvim_win_set_cursor(0, { row + 1, column })
    elseif edit.textDocument.version == vim.lsp.util.buf_versions[buffer] then
      M.clear(buffer)
      vim.lsp.util.apply_text_edits({ { range = edit.range, newText = edit.text } }, buffer, client.offset_encoding)
      M.ask(buffer)
    end
  end)
  return true
end

function M.setup()
  local group = vim.api.nvim_create_augroup('stoker.next_edit', {})
  vim.api.nvim_create_autocmd({ 'TextChanged', 'InsertLeave' }, {
    group = group,
    callback = function(event)
      M.clear(event.buf)
      local timer = timers[event.buf] or vim.uv.new_timer()
      timers[event.buf] = timer
      timer:start(DELAY, 0, vim.schedule_wrap(function()
        if vim.api.nvim_get_current_buf() == event.buf then
          M.ask(event.buf)
        end
      end))
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    callback = function(event)
      if timers[event.buf] then
        timers[event.buf]:close()
      end
      timers[event.buf], shown[event.buf] = nil, nil
    end,
  })
end

return M
