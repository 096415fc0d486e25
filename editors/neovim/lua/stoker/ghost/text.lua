-- Where ghost text stands, what of it is typed already, and its parts. Changes a buffer only in take().
local M = {}

-- Its first word, with the white space before it; a word is what 'iskeyword' says.
local WORD = vim.regex([[^\_s*\%(\k\+\|\%(\k\@!\S\)\+\)]])

-- The part of a text that is taken at once: 'all', 'line' or 'word'.
function M.part(text, amount)
  if amount == 'line' then
    return text:match('^\n?[^\n]*')
  elseif amount == 'word' then
    local _, stop = WORD:match_str(text)
    return stop and text:sub(1, stop) or text
  end
  return text
end

local function cursor()
  local at = vim.api.nvim_win_get_cursor(0)
  return at[1] - 1, at[2]
end

-- What of a text that begins at a place stands before the cursor; nil where something else does.
function M.typed(buffer, text, row, column)
  local last, stop = cursor()
  if row > last or (row == last and column > stop) then
    return nil
  end
  local ok, lines = pcall(vim.api.nvim_buf_get_text, buffer, row, column, last, stop, {})
  local typed = ok and table.concat(lines, '\n')
  return typed and vim.startswith(text, typed) and typed or nil
end

-- Put a text in the place of so many bytes behind the cursor, and the cursor behind it.
function M.insert(buffer, text, replaced)
  local row, column = cursor()
  local lines = vim.split(text, '\n', { plain = true })
  vim.api.nvim_buf_set_text(buffer, row, column, row, column + replaced, lines)
  local stop = #lines[#lines] + (#lines == 1 and column or 0)
  vim.api.nvim_win_set_cursor(0, { row + #lines, stop })
end

-- Tell the server that an item was taken up to a character.
function M.tell(client, item, accepted)
  if accepted == item.insertText then
    if item.command then
      client:exec_cmd(item.command)
    end
  elseif item.command then
    local length = vim.str_utfindex(accepted, 'utf-16')
    client:notify('textDocument/didPartiallyAcceptCompletion', { item = item, acceptedLength = length })
  end
end

return M
