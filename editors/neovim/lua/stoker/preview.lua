-- Shows a larger edit as a diff with its receipt before it is made: <CR> makes it, q leaves everything as it is. What is small
-- is made at once: an undo takes it back. The server waits meanwhile, Neovim doesn't.
local config = require('stoker.config')
local receipt = require('stoker.receipt')

local M = {}

local METHOD = 'workspace/applyEdit'
local count = 0
local open = {} -- by buffer: what discards the preview in it

local function text_of(buffer, uri)
  if vim.api.nvim_buf_is_loaded(buffer) then
    return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  end
  local file = vim.uri_to_fname(uri)
  return vim.fn.filereadable(file) == 1 and vim.fn.readfile(file) or {}
end

-- The lines as Neovim itself would leave them: its own function edits a copy.
local function after(before, edits, encoding)
  local copy = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(copy, 0, -1, false, before)
  vim.lsp.util.apply_text_edits(edits, copy, encoding)
  local lines = vim.api.nvim_buf_get_lines(copy, 0, -1, false)
  vim.api.nvim_buf_delete(copy, { force = true })
  return lines
end

local function joined(lines)
  return #lines > 0 and table.concat(lines, '\n') .. '\n' or ''
end

local function counted(diff)
  local lines = 0
  for line in vim.gsplit(diff, '\n') do
    lines = lines + (line:match('^[+-]') and 1 or 0)
  end
  return lines
end

-- Each file of an edit: {uri, name, is_new, before, diff, lines}; nil where it does what no edit of the server's does.
local function files(edit, encoding)
  local found, new = {}, {}
  for _, change in ipairs(edit.documentChanges or {}) do
    if change.kind == 'create' then
      new[change.uri] = true
    elseif change.kind then
      return nil
    else
      local uri = change.textDocument.uri
      local before = text_of(vim.uri_to_bufnr(uri), uri)
      local lines = after(before, change.edits, encoding)
      local diff = (vim.text.diff or vim.diff)(joined(before), joined(lines), { ctxlen = 3 })
      found[#found + 1] = {
        uri = uri,
        name = vim.fn.fnamemodify(vim.uri_to_fname(uri), ':~:.'),
        is_new = new[uri] or false,
        before = before,
        diff = diff,
        lines = counted(diff),
      }
    end
  end
  return found
end

local function is_large(changed)
  local from, lines = config.current.preview_from, 0
  if not from then
    return false
  end
  for _, file in ipairs(changed) do
    lines = lines + file.lines
    if file.is_new then
      return true
    end
  end
  return #changed > 1 or lines >= from
end

-- Why an edit can't be made any more; nil where it can. Neovim leaves an edit for an older version out and says that it was made.
local function stale(edit, changed)
  local reason = '%s was changed meanwhile; ask again'
  for _, change in ipairs(edit.documentChanges or {}) do
    local document = change.textDocument
    local now = document and vim.lsp.util.buf_versions[vim.uri_to_bufnr(document.uri)] or 0
    if document and type(document.version) == 'number' and now > document.version then
      return reason:format(vim.fn.fnamemodify(vim.uri_to_fname(document.uri), ':~:.'))
    end
  end
  for _, file in ipairs(changed or {}) do
    if not vim.deep_equal(text_of(vim.uri_to_bufnr(file.uri), file.uri), file.before) then
      return reason:format(file.name)
    end
  end
end

local function page(title, changed, found)
  local lines = { title, '<CR> makes the edit, q leaves everything as it is.', '' }
  if found then
    lines[#lines + 1] = ('By %s:'):format(found.author)
    vim.list_extend(lines, vim.split(table.concat(receipt.verdicts(found, '  '), '\n'), '\n'))
    lines[#lines + 1] = ''
  end
  for _, file in ipairs(changed) do
    lines[#lines + 1] = ('--- %s'):format(file.is_new and '/dev/null' or file.name)
    lines[#lines + 1] = ('+++ %s'):format(file.name)
    vim.list_extend(lines, vim.split(vim.trim(file.diff), '\n'))
  end
  return lines
end

-- Leave everything as it is, whatever is shown.
function M.discard()
  for _, discard in pairs(open) do
    discard()
  end
end

-- Show lines as a diff; done(answer) is called once: with true for <CR>, with false when the window goes away in any other way.
local function show(lines, done)
  local before, is_typing = vim.api.nvim_get_current_win(), vim.api.nvim_get_mode().mode ~= 'n'
  vim.cmd('botright new')
  local buffer, window = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
  count = count + 1
  vim.api.nvim_buf_set_name(buffer, ('stoker://preview/%d'):format(count))
  vim.bo[buffer].buftype, vim.bo[buffer].bufhidden, vim.bo[buffer].swapfile = 'nofile', 'wipe', false
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable, vim.bo[buffer].filetype = false, 'diff'
  vim.api.nvim_win_set_height(window, math.min(#lines, math.floor(vim.o.lines * 0.6)))
  local answered = false
  local function answer(wanted)
    if not answered then
      answered, open[buffer] = true, nil
      if vim.api.nvim_win_is_valid(window) then
        vim.api.nvim_win_close(window, true)
      end
      done(wanted)
    end
  end
  open[buffer] = function()
    answer(false)
  end
  for key, wanted in pairs({ ['<CR>'] = true, q = false }) do
    vim.keymap.set('n', key, function()
      answer(wanted)
    end, { buffer = buffer, nowait = true, desc = wanted and 'Stoker: make the edit' or 'Stoker: leave everything as it is' })
  end
  vim.api.nvim_create_autocmd('BufWipeout', {
    buffer = buffer,
    once = true,
    callback = vim.schedule_wrap(function()
      answer(false)
    end),
  })
  if is_typing then -- whose keys are for the text
    vim.api.nvim_set_current_win(before)
  end
end

-- Ask the user about an edit; runs in a coroutine, which waits for the answer.
local function wanted(client, params, changed)
  local this = coroutine.running()
  local function resume(...)
    coroutine.resume(this, ...)
  end
  local id, found = (params.label or ''):match('%(receipt (%w+)%)'), nil
  if id and client:request('stoker/receipt', { id = id }, function(_, answer) resume(answer) end) then
    found = coroutine.yield()
  end
  show(page(params.label or 'Stoker', changed, found), function(answer)
    vim.schedule(function()
      resume(answer)
    end)
  end)
  return coroutine.yield()
end

-- The edit without the making of files: Neovim would leave an empty one on the disk, though nobody has written it yet.
local function unwritten(edit)
  local changes = vim.tbl_filter(function(change)
    return change.kind ~= 'create'
  end, edit.documentChanges)
  return vim.tbl_extend('force', edit, { documentChanges = changes })
end

-- Say what is changed in buffers that nobody sees, and show the first new one.
local function show_what_changed(changed)
  local names = {}
  for _, file in ipairs(changed) do
    names[#names + 1] = file.name
  end
  for _, file in ipairs(changed) do
    if file.is_new and vim.api.nvim_get_mode().mode == 'n' then
      vim.cmd('botright split ' .. vim.fn.fnameescape(vim.uri_to_fname(file.uri)))
      break
    end
  end
  local how = #names > 1 and ':wall ++p writes them, u in each takes it back' or ':w ++p writes it'
  vim.notify(('Stoker: not written yet: %s; %s'):format(table.concat(names, ', '), how))
end

-- The handler of workspace/applyEdit. Neovim runs it in a coroutine, so it can wait.
function M.handle(problem, params, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local changed = files(params.edit, client.offset_encoding)
  local several = changed and (#changed > 1 or (changed[1] or {}).is_new)
  if changed and is_large(changed) and not wanted(client, params, changed) then
    return { applied = false, failureReason = 'it was discarded' }
  end
  local reason = stale(params.edit, changed)
  if reason then
    return { applied = false, failureReason = reason }
  end
  local edit = changed and unwritten(params.edit) or params.edit
  local result = vim.lsp.handlers[METHOD](problem, { label = params.label, edit = edit }, context)
  if result.applied and several then
    show_what_changed(changed)
  end
  return result
end

return M
