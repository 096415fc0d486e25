-- Ghost text for Neovim 0.11, which has none. Asks at each key: the server waits for a pause itself, and answers at once where
-- what is typed agrees with what it said. Draws nothing that the text under the cursor has left behind.
local popup = require('stoker.popup')
local text = require('stoker.ghost.text')

local M = {}

local METHOD = 'textDocument/inlineCompletion'
local AUTOMATIC, INVOKED = 2, 1 -- LSP's InlineCompletionTriggerKind: 1 is what the user asked for
local space = vim.api.nvim_create_namespace('stoker.ghost')
local now = nil -- what is shown: {buffer, client, item, row, column, replaced, rest, told}
local asked = nil -- what is asked: {client, id, buffer, place}

local function place()
  local buffer = vim.api.nvim_get_current_buf()
  local at = vim.api.nvim_win_get_cursor(0)
  return { buffer, vim.api.nvim_buf_get_changedtick(buffer), at[1], at[2] }
end

local function behind_cursor()
  return vim.api.nvim_get_current_line():sub(vim.api.nvim_win_get_cursor(0)[2] + 1)
end

local function is_inserting()
  return vim.startswith(vim.api.nvim_get_mode().mode, 'i')
end

-- What is left of the shown text, behind the cursor; nil where the cursor or the text went another way.
local function left()
  if not now or now.buffer ~= vim.api.nvim_get_current_buf() or behind_cursor() ~= now.rest then
    return nil
  end
  local typed = text.typed(now.buffer, now.item.insertText, now.row, now.column)
  local rest = typed and now.item.insertText:sub(#typed + 1)
  return rest ~= '' and rest or nil, typed
end

local function erase()
  if now and vim.api.nvim_buf_is_valid(now.buffer) then
    vim.api.nvim_buf_clear_namespace(now.buffer, space, 0, -1)
  end
end

local function forget_question()
  if asked and asked.id then
    asked.client:cancel_request(asked.id)
  end
  asked = nil
end

local function draw(rest)
  erase()
  local lines = vim.split(rest, '\n', { plain = true })
  local below = vim.tbl_map(function(line)
    return { { line, M.highlight } }
  end, vim.list_slice(lines, 2))
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  vim.api.nvim_buf_set_extmark(now.buffer, space, row - 1, column, {
    virt_text = { { lines[1], M.highlight } },
    virt_text_pos = 'inline',
    virt_lines = below,
    hl_mode = 'combine',
  })
  if now.replaced > 0 then -- what it takes the place of
    local extent = { end_row = row - 1, end_col = column + now.replaced, hl_group = 'DiffDelete' }
    vim.api.nvim_buf_set_extmark(now.buffer, space, row - 1, column, extent)
  end
  if not now.told and now.item.command then
    now.told = true
    now.client:notify('textDocument/didShowCompletion', { item = now.item })
  end
end

function M.dismiss()
  local shown = now ~= nil
  forget_question()
  erase()
  now = nil
  return shown
end

local function take_answer(client, buffer, items)
  erase()
  now = nil
  local item = items and items[1]
  if not item or type(item.insertText) ~= 'string' then
    return
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  local line, row, column, stop = vim.api.nvim_get_current_line(), cursor[1] - 1, cursor[2], cursor[2]
  if item.range then
    if item.range.start.line ~= row or item.range['end'].line ~= row then
      return
    end
    column = vim.str_byteindex(line, client.offset_encoding, item.range.start.character, false)
    stop = vim.str_byteindex(line, client.offset_encoding, item.range['end'].character, false)
  end
  local replaced = math.max(0, stop - cursor[2])
  now = { buffer = buffer, client = client, item = item, row = row, column = column, replaced = replaced, rest = behind_cursor() }
  local rest = left()
  if rest then
    draw(rest)
  else
    now = nil
  end
end

local function ask(client, kind)
  local here = place()
  forget_question()
  local question = { client = client, place = here }
  asked = question
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = kind }
  local _, id = client:request(METHOD, params, function(problem, answer)
    if asked ~= question then
      return
    end
    question.id = nil
    if not problem and is_inserting() and vim.deep_equal(place(), here) and not popup.is_selecting() then
      take_answer(client, here[1], answer and (answer.items or answer))
    end
  end, here[1])
  question.id = id
end

-- The cursor or the text changed: go on showing what still fits, and ask.
local function follow(kind)
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ bufnr = buffer, name = 'stoker', method = METHOD })[1]
  if not client or not is_inserting() or popup.is_selecting() or not M.is_wanted(buffer) then
    M.dismiss()
    return
  end
  local rest = left()
  if rest then
    draw(rest)
  else
    erase()
    now = nil
  end
  if kind == INVOKED or not asked or not vim.deep_equal(asked.place, place()) then
    ask(client, kind)
  end
end

function M.is_shown()
  return not popup.is_selecting() and left() ~= nil
end

-- Take 'all', a 'line' or a 'word' of what is shown; false where nothing is.
function M.accept(amount)
  local rest, typed = left()
  if not rest or popup.is_selecting() then
    return false
  end
  local shown, part = now, text.part(rest, amount)
  local whole = part == rest
  text.insert(shown.buffer, part, whole and shown.replaced or 0)
  erase()
  shown.rest = behind_cursor()
  text.tell(shown.client, shown.item, typed .. part)
  if whole then
    M.dismiss()
  end
  return true
end

function M.trigger()
  follow(INVOKED)
end

-- Begin: wanted says for a buffer whether ghost text is wanted there.
function M.setup(wanted, highlight)
  M.is_wanted, M.highlight = wanted, highlight
  local group = vim.api.nvim_create_augroup('stoker.ghost', {})
  vim.api.nvim_create_autocmd({ 'LspAttach', 'InsertEnter', 'CursorMovedI', 'TextChangedI', 'TextChangedP', 'CompleteChanged', 'CompleteDone' }, {
    group = group,
    callback = vim.schedule_wrap(function()
      follow(AUTOMATIC)
    end),
  })
  vim.api.nvim_create_autocmd({ 'InsertLeave', 'BufLeave' }, { group = group, callback = M.dismiss })
end

return M
