-- Finds the server and starts it; says, once, what to do where it can't be. Nothing of a folder is run that the user doesn't
-- trust: neither its environment's server nor, on Windows, a program that only happens to lie in it.
local config = require('stoker.config')
local paths = require('stoker.paths')

local M = {}

M.MARKERS = { 'stoker.toml', 'pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml', 'pom.xml', '.git' }
M.MISSING = 'Stoker: its server is not installed. Install it (`pipx install stoker`, or `uv tool install stoker`) so that '
  .. '`stoker` is on PATH, or name it: require("stoker").setup{ cmd = { "/path/to/stoker", "lsp" } }. Then :Stoker restart'
M.SLOW = 10000 -- milliseconds without an answer to `initialize` after which the user is told

local said = {} -- sentences that were said: one each is enough
local asked = false

function M.say(text, level)
  vim.schedule(function()
    vim.notify(text, level or vim.log.levels.WARN)
  end)
end

local function once(text)
  if not said[text] then
    said[text] = true
    M.say(text)
  end
end

-- Forget what was said and asked: the user asked to start again.
function M.forget()
  said, asked = {}, false
end

local function on_path(name)
  local found = vim.fn.exepath(name)
  local here = vim.fs.normalize(vim.fn.getcwd())
  if found == '' or vim.fs.dirname(vim.fs.normalize(found)) == here then
    return nil
  end
  return found
end

local function in_environment(root)
  local windows = vim.fn.has('win32') == 1
  for _, folder in ipairs({ '.venv', 'venv' }) do
    local found = root and vim.fs.joinpath(root, folder, windows and 'Scripts/stoker.exe' or 'bin/stoker')
    if found and vim.fn.executable(found) == 1 then
      return found
    end
  end
end

-- The server's command for a folder, and where it was found; else nil and a sentence that says what to do.
function M.find(root)
  local own = config.current.cmd
  if own then
    if vim.fn.executable(own[1]) == 1 then
      return own, 'the option cmd'
    end
    return nil, ('Stoker: the option cmd names %s, which is not a program that can be run'):format(own[1] or 'nothing')
  end
  local found = on_path('stoker')
  if found then
    return { found, 'lsp' }, 'PATH'
  end
  local inside = in_environment(root)
  if inside and paths.trusted(root) then
    return { inside, 'lsp' }, "the folder's environment"
  end
  local uvx = on_path('uvx')
  if uvx and M.may_fetch() then
    return { uvx, 'stoker', 'lsp' }, 'uvx'
  end
  if inside then
    return nil, ('Stoker: its server is in %s, and that folder is not trusted. If you trust it: %s trust add %s, then '
      .. ':Stoker restart'):format(root, inside, root)
  end
  return nil, M.MISSING
end

local function permission()
  return vim.fs.joinpath(vim.fn.stdpath('state'), 'stoker-uvx')
end

function M.may_fetch()
  local wanted = config.current.uvx
  return wanted == true or (wanted == 'ask' and vim.uv.fs_stat(permission()) ~= nil)
end

-- Ask, once a session, whether uvx may fetch the server; true where there is such a question.
local function ask_for_uvx()
  if asked or config.current.uvx ~= 'ask' or config.current.cmd or not on_path('uvx') or #vim.api.nvim_list_uis() == 0 then
    return false
  end
  asked = true
  vim.schedule(function()
    local question = { prompt = "Stoker's server is not installed. May uvx fetch it from the package index and run it?" }
    vim.ui.select({ 'Yes, from now on', 'No' }, question, function(choice)
      if choice and vim.startswith(choice, 'Yes') then
        vim.fn.mkdir(vim.fs.dirname(permission()), 'p')
        vim.fn.writefile({}, permission())
        M.restart()
      else
        once(M.MISSING)
      end
    end)
  end)
  return true
end

-- The folder of a buffer: the nearest one with a marker, else Neovim's own where the file lies in it; a home is no project.
function M.root(buffer)
  local root = vim.fs.root(buffer, function(name)
    return vim.list_contains(M.MARKERS, name)
  end)
  local here, file = vim.fs.normalize(vim.fn.getcwd()), vim.fs.normalize(vim.api.nvim_buf_get_name(buffer))
  local is_project = vim.fs.dirname(here) ~= here and here ~= vim.fs.normalize('~')
  return root or (is_project and vim.startswith(file, here .. '/') and here or nil)
end

-- lsp-root_dir(): where there is no server nothing is started.
function M.root_dir(buffer, on_dir)
  local root = M.root(buffer)
  local command, problem = M.find(root)
  if command then
    on_dir(root)
  elseif not ask_for_uvx() then
    once(problem)
  end
end

-- What the program itself says where it can't even be started: a wrong Python, a broken environment.
local function why_not(command)
  local ok, ran = pcall(function()
    local probe = vim.list_slice(command, 1, #command - 1)
    return vim.system(vim.list_extend(probe, { '--version' }), { text = true, timeout = 5000 }):wait()
  end)
  if not ok then
    return tostring(ran)
  end
  local lines = vim.split(vim.trim(ran.stderr or ''), '\n')
  return ran.code ~= 0 and lines[#lines] ~= '' and lines[#lines] or nil
end

local function ended(own, code, signal)
  own.ended = true
  if own.stopped or (code == 0 and (signal == 0 or signal == 15)) or vim.v.exiting ~= vim.NIL then
    return
  end
  local how = signal ~= 0 and ('signal %d'):format(signal) or ('exit status %d'):format(code)
  if own.answered then
    M.say(('Stoker: the server ended (%s). :Stoker restart starts it again, :Stoker log shows what it said'):format(how))
  else
    local why = why_not(own.command) or how
    M.say(("Stoker: %s can't be run: %s. Install it anew, then :Stoker restart"):format(own.command[1], why))
  end
end

local processes = {} -- by the configuration of a client: its command, and whether it has answered or ended

-- The cmd of the configuration: starts the server for a folder.
function M.start(dispatchers, client_config)
  local command, problem = M.find(client_config.root_dir)
  if not command then
    error(problem, 0)
  end
  local own = { command = command, answered = false }
  processes[client_config] = own
  vim.defer_fn(function()
    if not own.answered and not own.ended then
      local why = command[2] == 'stoker' and 'uvx may be fetching it' or 'the machine may be busy'
      M.say(('Stoker: the server has not answered for %d s (%s); :Stoker log may say more'):format(M.SLOW / 1000, why))
    end
  end, M.SLOW)
  local on_exit = dispatchers.on_exit
  dispatchers = vim.tbl_extend('force', dispatchers, {
    on_exit = function(code, signal)
      on_exit(code, signal)
      vim.schedule(function()
        ended(own, code, signal)
      end)
    end,
  })
  local extra = { cwd = client_config.cmd_cwd or client_config.root_dir, env = client_config.cmd_env }
  return vim.lsp.rpc.start(command, dispatchers, extra)
end

function M.on_init(client)
  local own = processes[client.config]
  if own then
    own.answered = true
  end
end

-- The command of a client that runs.
function M.command_of(client)
  return (processes[client.config] or {}).command
end

function M.client(buffer)
  return vim.lsp.get_clients({ bufnr = buffer or 0, name = 'stoker' })[1]
end

-- window/showDocument: what need not have the focus (an explanation) is shown in a window of its own; Neovim only loads it.
function M.show_document(problem, params, context)
  local file = not params.external and not params.takeFocus and vim.startswith(params.uri, 'file:') and vim.uri_to_fname(params.uri)
  if not file then
    return vim.lsp.handlers['window/showDocument'](problem, params, context)
  end
  local before = vim.api.nvim_get_current_win()
  vim.cmd('botright split ' .. vim.fn.fnameescape(file))
  vim.bo.bufhidden, vim.bo.buflisted, vim.bo.readonly = 'wipe', false, true
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = true })
  vim.api.nvim_set_current_win(before)
  return { success = true }
end

-- Stop the servers that run, and start those that the open buffers need.
function M.restart()
  M.forget()
  for _, client in ipairs(vim.lsp.get_clients({ name = 'stoker' })) do
    (processes[client.config] or {}).stopped = true
    client:stop(true)
  end
  vim.lsp.enable('stoker', false)
  vim.wait(3000, function()
    return #vim.lsp.get_clients({ name = 'stoker' }) == 0
  end, 20)
  vim.lsp.enable('stoker')
end

return M
