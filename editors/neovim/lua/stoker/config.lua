-- What a user may set, with the defaults, and the sentences that say what is wrong with it. Knows nothing of the rest.
local M = {}

M.defaults = {
  cmd = nil, -- the server's command, e.g. { '/opt/stoker/bin/stoker', 'lsp' }; nil: it is looked for
  uvx = 'ask', -- whether `uvx stoker` may fetch and run it where it is not installed: 'ask', true or false
  ghost_text = 'auto', -- 'native' (vim.lsp.inline_completion, 0.12), 'own', 'auto' (native where there is one) or false
  keys = { -- in insert mode, false for none; each does what it did before where no ghost text is shown
    accept = '<Tab>', -- all of it; behind mere indentation it still indents
    accept_all = '<M-a>', -- all of it, anywhere
    accept_word = '<M-w>',
    accept_line = '<M-l>',
    dismiss = '<C-]>',
    trigger = '<M-]>', -- ask now
  },
  next_edit = '<Tab>', -- in normal mode: go to what follows from an edit, then make it; false for none
  preview_from = 20, -- lines from which an edit is shown before it is made; false: never, 1: always
  settings = {}, -- the server's settings (docs/settings.md), nested as in TOML
}

M.current = vim.deepcopy(M.defaults)

local function one_of(...)
  local allowed = { ... }
  return function(value)
    return vim.tbl_contains(allowed, value)
  end, 'one of ' .. vim.inspect(allowed)
end

local function key(value)
  return value == false or type(value) == 'string'
end

local function check(options)
  vim.validate('cmd', options.cmd, vim.islist, true, 'a list of texts')
  vim.validate('uvx', options.uvx, one_of('ask', true, false))
  vim.validate('ghost_text', options.ghost_text, one_of('auto', 'native', 'own', false))
  vim.validate('settings', options.settings, 'table')
  vim.validate('preview_from', options.preview_from, function(value)
    return value == false or (type(value) == 'number' and value >= 1)
  end, 'a number of lines, or false')
  vim.validate('next_edit', options.next_edit, key, 'a key, or false')
  for name, value in pairs(options.keys) do
    assert(M.defaults.keys[name] ~= nil, 'there is no key keys.' .. name)
    vim.validate('keys.' .. name, value, key, 'a key, or false')
  end
  for name in pairs(options) do
    assert(name == 'cmd' or M.defaults[name] ~= nil, 'there is no option ' .. name .. '; see :help stoker-options')
  end
end

-- Take a user's options; an error says which of them is wrong.
function M.set(options)
  local merged = vim.tbl_deep_extend('force', M.defaults, options or {})
  check(merged)
  M.current = merged
end

-- How ghost text is drawn: 'native', 'own', or nil for not at all.
function M.ghost()
  local wanted = M.current.ghost_text
  if wanted == 'auto' then
    return vim.lsp.inline_completion and 'native' or 'own'
  end
  return wanted or nil
end

return M
