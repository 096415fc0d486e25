-- Where the server keeps the user's files: the same places as its own paths.py.
local M = {}

local function base(kind)
  if vim.env.STOKER_HOME then
    return vim.fs.joinpath(vim.fn.fnamemodify(vim.fn.expand(vim.env.STOKER_HOME), ':p'), kind)
  elseif vim.fn.has('win32') == 1 then
    return vim.fs.joinpath(vim.env.LOCALAPPDATA or '', 'stoker')
  elseif vim.fn.has('mac') == 1 then
    return vim.fn.expand('~/Library/Application Support/stoker')
  end
  local variable, fallback = 'XDG_CONFIG_HOME', '~/.config'
  if kind == 'state' then
    variable, fallback = 'XDG_STATE_HOME', '~/.local/state'
  end
  return vim.fs.joinpath(vim.env[variable] or vim.fn.expand(fallback), 'stoker')
end

function M.log()
  return vim.fs.joinpath(base('state'), 'stoker.log')
end

local function read(path)
  local file = io.open(path, 'rb')
  if not file then
    return nil
  end
  local text = file:read('*a')
  file:close()
  return text
end

-- Whether the user trusts a folder, or one that it lies in (`stoker trust add`).
function M.trusted(folder)
  local text = read(vim.fs.joinpath(base('config'), 'trusted.json'))
  local ok, folders = pcall(vim.json.decode, text or '[]')
  local real = folder and vim.uv.fs_realpath(folder)
  for _, each in ipairs(ok and type(folders) == 'table' and folders or {}) do
    if real and (real == each or vim.startswith(real, each:gsub('[/\\]$', '') .. package.config:sub(1, 1))) then
      return true
    end
  end
  return false
end

return M
