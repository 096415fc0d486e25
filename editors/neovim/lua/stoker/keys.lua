-- The keys of insert mode. Each does what it did before Stoker where there is no ghost text to take.
local config = require('stoker.config')

local M = {}

local before = {} -- by key: the mapping that it had before ours

local function feed(keys, mode)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), mode, false)
end

-- Do what a key did before: 'i' puts it ahead of the keys that are typed already. A key with Alt that nothing was mapped to does
-- nothing: Neovim would leave insert mode for it.
local function as_before(key)
  local mapping = before[key]
  local mode = mapping.noremap == 0 and 'im' or 'in'
  if not mapping.lhs then
    if not key:match('^<[MA]%-') then
      feed(key, 'in')
    end
  elseif mapping.callback then
    local result = mapping.callback()
    if mapping.expr == 1 and type(result) == 'string' then
      feed(result, mode)
    end
  else
    feed(mapping.expr == 1 and vim.api.nvim_eval(mapping.rhs) or mapping.rhs, mode)
  end
end

local function is_indentation()
  local column = vim.api.nvim_win_get_cursor(0)[2]
  return vim.api.nvim_get_current_line():sub(1, column):match('^%s*$') ~= nil
end

local function map(key, what, action)
  if not key then
    return
  end
  local description = 'Stoker: ' .. what
  local found = vim.fn.maparg(key, 'i', false, true)
  if not vim.startswith(found.desc or '', 'Stoker: ') then
    before[key] = found
  end
  local otherwise = function()
    as_before(key)
  end
  vim.keymap.set('i', key, function()
    if not action(otherwise) then
      otherwise()
    end
  end, { desc = description })
end

-- Map the keys that the options name.
function M.setup(ghost)
  local keys = config.current.keys
  map(keys.accept, 'take the ghost text, or indent', function(otherwise)
    return not is_indentation() and ghost.accept('all', otherwise)
  end)
  for name, amount in pairs({ accept_all = 'all', accept_line = 'line', accept_word = 'word' }) do
    map(keys[name], ('take %s of the ghost text'):format(amount), function(otherwise)
      return ghost.accept(amount, otherwise)
    end)
  end
  map(keys.dismiss, 'hide the ghost text', ghost.dismiss)
  map(keys.trigger, 'ask for ghost text now', function()
    ghost.trigger()
    return true
  end)
end

return M
