-- Draws what follows from an edit elsewhere, in the file and in other files of the workspace, and goes there. Put this file into lua/stoker/ of your runtime path:
--   require('stoker.next_edit').setup()
--   vim.keymap.set('n', '<Tab>', function() return require('stoker.next_edit').go() and '' or '<Tab>' end, { expr = true })
-- The first <Tab> jumps to the edit, the second one makes it and shows the next one. Where all is done in the file, the end of
-- the line says which other file is next, and <Tab> opens it.
local M = {}

local space = vim.api.nvim_create_namespace('stoker.next_edit')
local shown = {} -- by buffer: the edit that is drawn
local away = {} -- by buffer: the edit in another file that comes next
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
  shown[buffer], away[buffer] = nil, nil
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

local function hint(buffer, edit)
  M.clear(buffer)
  if edit.textDocument.uri == vim.uri_from_bufnr(buffer) or vim.api.nvim_get_current_buf() ~= buffer then
    return
  end
  away[buffer] = edit
  local name = vim.fn.fnamemodify(vim.uri_to_fname(edit.textDocument.uri), ':.')
  local text = string.format('%s:%d: %s', name, edit.range.start.line + 1, edit.title)
  vim.api.nvim_buf_set_extmark(buffer, space, vim.api.nvim_win_get_cursor(0)[1] - 1, 0, {
    virt_text = { { text, 'Comment' } },
    virt_text_pos = 'eol',
  })
end

-- Ask what follows in other files; the text may have changed by the time the answer is there.
local function look(client, buffer, position)
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  local argument = { uri = vim.uri_from_bufnr(buffer), position = position, options = { look = true } }
  local params = { command = 'stoker.nextEdit', arguments = { argument } }
  client:request('workspace/executeCommand', params, function(problem, started)
    if problem or not started then
      return
    end
    client:request('stoker/outcome', { job = started.job }, function(_, outcome)
      local edit = outcome and outcome.edit
      local same = vim.api.nvim_buf_is_valid(buffer) and vim.api.nvim_buf_get_changedtick(buffer) == tick
      if same and type(edit) == 'table' then
        hint(buffer, edit)
      end
    end, buffer)
  end, buffer)
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
    elseif not problem and vim.api.nvim_buf_is_valid(buffer) then
      M.clear(buffer)
      look(client, buffer, params.position)
    end
  end, buffer)
end

-- Go to the edit that is drawn, or make it where the cursor is in its line already, or open the file that comes next; false
-- where there is none.
function M.go()
  local buffer = vim.api.nvim_get_current_buf()
  local edit, other, client = shown[buffer], away[buffer], client_of(buffer)
  if client and other then
    vim.schedule(function()
      M.clear(buffer)
      local location = { uri = other.textDocument.uri, range = other.range }
      vim.lsp.util.show_document(location, client.offset_encoding, { focus = true, reuse_win = true })
      if client_of(vim.api.nvim_get_current_buf()) then
        M.ask(vim.api.nvim_get_current_buf()) -- else once the server has it: see setup
      end
    end)
    return true
  end
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

local function ask_soon(buffer)
  local timer = timers[buffer] or vim.uv.new_timer()
  timers[buffer] = timer
  timer:start(DELAY, 0, vim.schedule_wrap(function()
    if vim.api.nvim_get_current_buf() == buffer then
      M.ask(buffer)
    end
  end))
end

function M.setup()
  local group = vim.api.nvim_create_augroup('stoker.next_edit', {})
  vim.api.nvim_create_autocmd({ 'TextChanged', 'InsertLeave' }, {
    group = group,
    callback = function(event)
      M.clear(event.buf)
      ask_soon(event.buf)
    end,
  })
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    callback = function(event)
      ask_soon(event.buf)
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    callback = function(event)
      if timers[event.buf] then
        timers[event.buf]:close()
      end
      timers[event.buf], shown[event.buf], away[event.buf] = nil, nil, nil
    end,
  })
end

return M
