-- The command :Stoker; all else is loaded when it is used.
vim.api.nvim_create_user_command('Stoker', function(call)
  require('stoker.commands').run(call)
end, {
  nargs = '*',
  range = true,
  desc = 'Stoker: what it is at, and what it can do here',
  complete = function(lead, line)
    return require('stoker.commands').complete(lead, line)
  end,
})
