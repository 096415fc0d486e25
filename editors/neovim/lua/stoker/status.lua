-- What the server is at, in a word, for a status line. Asks the server when something may have changed, never while it is read.
local server = require('stoker.server')

local M = {}

M.known = {} -- by client: the last answer to stoker/status
local busy = {} -- by client: how many jobs run

-- Ask for the state anew; done gets the answer.
function M.refresh(client, buffer, done)
  client:request('stoker/status', { uri = vim.uri_from_bufnr(buffer) }, function(problem, answer)
    if not problem and answer then
      M.known[client.id] = answer
      vim.cmd.redrawstatus()
    end
    if done then
      done(problem, answer)
    end
  end, buffer)
end

-- A number, or nil for JSON's null.
local function number(value)
  return type(value) == 'number' and value or nil
end

-- The state of the current buffer's server in a few words; '' where it has none.
function M.line()
  local client = server.client(0)
  if not client then
    return ''
  elseif not client.initialized then
    return 'Stoker …'
  end
  local known = M.known[client.id]
  local words = { 'Stoker' }
  if not require('stoker').is_wanted(vim.api.nvim_get_current_buf()) then
    words[2] = 'paused'
  elseif (busy[client.id] or 0) > 0 then
    words[2] = 'works …'
  elseif known then
    words[2] = known.drafts
  end
  local spent = known and number(known.spend.today) or 0
  if spent > 0 then
    words[#words + 1] = ('$%.2f'):format(spent)
  end
  for _, model in ipairs(known and known.models or {}) do
    if not model.ready then
      words[#words + 1] = '!'
      break
    end
  end
  return table.concat(words, ' ')
end

-- The same in full sentences, for :Stoker status.
function M.sentences(known)
  local lines = { 'Drafts come from ' .. (known.drafts == 'facts' and 'the facts of the code (no model)' or known.drafts) }
  for _, model in ipairs(known.models or {}) do
    if not model.ready then
      local wait = number(model.lifts_in) and (', for another %d s'):format(model.lifts_in) or ''
      lines[#lines + 1] = ("%s can't be asked: %s%s"):format(model.name, model.reason, wait)
    end
  end
  if type(known.problem) == 'string' then
    lines[#lines + 1] = known.problem
  end
  local cap = number(known.spend.cap) and (' of $%.2f'):format(known.spend.cap) or ''
  lines[#lines + 1] = ('Spent today: $%.4f%s'):format(number(known.spend.today) or 0, cap)
  return lines
end

local function progress(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  local kind = event.data.params.value.kind
  if not client or client.name ~= 'stoker' or kind == 'report' then
    return
  end
  busy[client.id] = math.max(0, (busy[client.id] or 0) + (kind == 'begin' and 1 or -1))
  if kind == 'end' then
    M.refresh(client, vim.api.nvim_get_current_buf())
  end
  vim.cmd.redrawstatus()
end

function M.setup()
  local group = vim.api.nvim_create_augroup('stoker.status', {})
  vim.api.nvim_create_autocmd('LspProgress', { group = group, callback = progress })
  vim.api.nvim_create_autocmd({ 'LspAttach', 'InsertLeave' }, {
    group = group,
    callback = function(event)
      local client = server.client(event.buf)
      if client and client.initialized then
        M.refresh(client, event.buf)
      end
    end,
  })
end

return M
