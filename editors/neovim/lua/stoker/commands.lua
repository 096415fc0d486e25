-- :Stoker and what follows it. What writes code is the server's command; this names it, and shows what it came to.
local paths = require('stoker.paths')
local receipt = require('stoker.receipt')
local server = require('stoker.server')
local status = require('stoker.status')

local M = {}

local function say(text, level)
  vim.notify('Stoker: ' .. text, level or vim.log.levels.INFO)
end

local function client()
  local found = server.client(0)
  if not found then
    local command, problem = server.find(server.root(vim.api.nvim_get_current_buf()))
    say(command and 'it does not run in this buffer, or not yet; :checkhealth stoker says why' or problem:gsub('^Stoker: ', ''),
      vim.log.levels.ERROR)
  end
  return found
end

-- Show lines in a buffer of their own, which q closes.
local function show(name, lines, filetype)
  vim.cmd('botright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype, vim.bo[buffer].bufhidden, vim.bo[buffer].swapfile = 'nofile', 'wipe', false
  vim.api.nvim_buf_set_name(buffer, ('stoker://%s/%d'):format(name, buffer))
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable, vim.bo[buffer].filetype = false, filetype or ''
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer })
  return buffer
end

local OPTIONS = {
  document = { 'style=google', 'style=numpy', 'style=sphinx', 'examples=yes', 'language=' },
  test = { 'kind=unit', 'kind=integration', 'kind=end-to-end', 'kind=performance' },
  fix = { 'rules=' },
  refactor = {
    'kind=extract-variable', 'kind=extract-constant', 'kind=extract-function', 'kind=inline', 'kind=rename', 'kind=guard-clauses',
    'kind=split', 'kind=dead-code', 'kind=move', 'kind=change-signature', 'kind=optimise', 'name=', 'to=', 'parameters=',
  },
}

local jobs = {} -- the names of those that run, by client

-- Ask the server to do something at the cursor or in the lines of a range, and wait for its outcome without blocking.
local function execute(command, call, options, done)
  local own = client()
  if not own then
    return
  end
  local params = vim.lsp.util.make_position_params(0, own.offset_encoding)
  local range = { start = params.position, ['end'] = params.position }
  if call.range > 0 then
    range = {
      start = { line = call.line1 - 1, character = 0 },
      ['end'] = { line = call.line2 - 1, character = vim.lsp.util.character_offset(0, call.line2 - 1,
        #vim.fn.getline(call.line2), own.offset_encoding) },
    }
  end
  local argument = { uri = params.textDocument.uri, range = range, options = next(options) and options or vim.empty_dict() }
  local request = { command = command, arguments = { argument } }
  own:request('workspace/executeCommand', request, function(problem, started)
    if problem then
      return say(problem.message, vim.log.levels.ERROR)
    end
    jobs[started.job] = own
    own:request('stoker/outcome', { job = started.job }, function(failed, outcome)
      jobs[started.job] = nil
      if not failed and done then
        done(outcome)
      end
    end)
  end)
end

-- The words key=value of a command, and the others as one text.
local function split(words)
  local options, rest = {}, {}
  for _, word in ipairs(words) do
    local key, value = word:match('^([%w_]+)=(.+)$')
    if key and #rest == 0 then
      options[key] = value
    else
      rest[#rest + 1] = word
    end
  end
  return options, table.concat(rest, ' ')
end

local function writer(name)
  return function(call, words)
    local options, rest = split(words)
    if rest ~= '' then
      return say((':Stoker %s takes words like %s, and %q is none'):format(name, OPTIONS[name][1], rest), vim.log.levels.ERROR)
    end
    execute('stoker.' .. name, call, options)
  end
end

local actions = {}

function actions.status()
  local own = client()
  if own then
    status.refresh(own, vim.api.nvim_get_current_buf(), function(problem, known)
      local text = problem and problem.message or table.concat(status.sentences(known), '; ')
      say(text, problem and vim.log.levels.ERROR)
    end)
  end
end

function actions.log()
  local file = paths.log()
  if vim.uv.fs_stat(file) then
    vim.cmd.split(vim.fn.fnameescape(file))
    vim.cmd('normal! G')
  else
    say(('the server has logged nothing yet (%s); what Neovim logged is in %s'):format(file, vim.lsp.log.get_filename()))
  end
end

function actions.pause(_, words)
  require('stoker').pause(words[1] or '*')
  say(('no ghost text %s; :Stoker resume brings it back'):format(words[1] and 'in ' .. words[1] or 'anywhere'))
end

function actions.resume()
  require('stoker').pause(nil)
  say('ghost text is back')
end

function actions.restart()
  server.restart()
end

function actions.cancel()
  for job, own in pairs(jobs) do
    own:notify('window/workDoneProgress/cancel', { token = job })
  end
  require('stoker.preview').discard()
end

function actions.receipt(_, words)
  local own = client()
  if not own then
    return
  end
  local method, params = 'stoker/receipts', vim.empty_dict()
  if words[1] then
    method, params = 'stoker/receipt', { id = words[1] }
  end
  own:request(method, params, function(problem, answer)
    local found = not problem and (words[1] and answer or answer[1])
    if found then
      show('receipt', receipt.lines(found), 'markdown')
    else
      say(problem and problem.message or 'nothing was offered yet in this session')
    end
  end)
end

-- What the command line prints, for what the server has no request for.
local function from_command_line(name, arguments)
  local own = client()
  local command = own and server.command_of(own)
  if not own then
    return
  elseif not command or command[#command] ~= 'lsp' then
    return say(('run `stoker %s` in a terminal: the option cmd says another command than `... lsp`'):format(
      table.concat(arguments, ' ')), vim.log.levels.ERROR)
  end
  local whole = vim.list_extend(vim.list_slice(command, 1, #command - 1), arguments)
  vim.system(whole, { text = true }, vim.schedule_wrap(function(ran)
    show(name, vim.split(vim.trim(ran.stdout ~= '' and ran.stdout or ran.stderr), '\n'))
  end))
end

function actions.sent()
  from_command_line('sent', { 'sent', 'show' })
end

function actions.doctor()
  from_command_line('doctor', { 'doctor' })
end

-- What is left to be done in the folder, as a quickfix list.
function actions.tasks()
  local own = client()
  if not own then
    return
  end
  own:request('stoker/tasks', { uri = vim.uri_from_bufnr(0) }, function(problem, found)
    if problem then
      return say(problem.message, vim.log.levels.ERROR)
    end
    local items = {}
    for _, task in ipairs(found) do
      if task.state == 'open' then
        local who = task.assignee ~= '' and '  @' .. task.assignee or ''
        items[#items + 1] = {
          filename = task.uri and vim.uri_to_fname(task.uri),
          lnum = task.range and task.range.start.line + 1,
          text = ('%s: %s%s'):format(task.kind, task.title, who),
        }
      end
    end
    vim.fn.setqflist({}, ' ', { title = 'Stoker: tasks', items = items })
    if #items > 0 then
      vim.cmd('botright copen')
    else
      say('nothing is left to be done in this folder')
    end
  end)
end

actions.document = writer('document')
actions.test = writer('test')
actions.fix = writer('fix')

-- Without a word, the menu of those that apply here: no refactoring is the one that is meant.
function actions.refactor(call, words)
  local options, instruction = split(words)
  if instruction ~= '' then
    options.instruction = instruction
  end
  if next(options) then
    return execute('stoker.refactor', call, options)
  elseif client() then
    local range = call.range > 0 and { start = { call.line1, 0 }, ['end'] = { call.line2, #vim.fn.getline(call.line2) } } or nil
    vim.lsp.buf.code_action({
      context = { only = { 'refactor' }, diagnostics = {} },
      range = range,
      filter = function(action)
        return type(action.command) == 'table' and action.command.command == 'stoker.refactor'
      end,
    })
  end
end

function actions.explain(call)
  execute('stoker.explain', call, {}) -- the server shows it: it opens a document
end

function actions.generate(call, words)
  local options, request = split(words)
  if request == '' then
    return execute('stoker.generate', call, options) -- from the comment at the cursor
  end
  execute('stoker.generate', call, vim.tbl_extend('force', options, { request = request }))
end

actions['next'] = function()
  if not require('stoker.next_edit').go() then
    say('nothing follows from the latest changes')
  end
end

-- Run what :Stoker was given; without a word, status.
function M.run(call)
  local words = vim.list_slice(call.fargs, 2)
  local name = call.fargs[1] or 'status'
  local action = actions[name]
  if action then
    action(call, words)
  else
    local names = vim.tbl_keys(actions)
    table.sort(names)
    say(('there is no :Stoker %s; there are %s'):format(name, table.concat(names, ', ')), vim.log.levels.ERROR)
  end
end

function M.complete(lead, line)
  local before = vim.split(line, '%s+')
  local among = OPTIONS[before[2]] or {}
  if #before <= 2 then
    among = vim.tbl_keys(actions)
    table.sort(among)
  end
  return vim.tbl_filter(function(each)
    return vim.startswith(each, lead)
  end, among)
end

return M
