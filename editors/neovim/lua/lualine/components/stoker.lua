-- For lualine: sections = { lualine_x = { 'stoker' } }
local component = require('lualine.component'):extend()

function component:update_status()
  return require('stoker').statusline()
end

return component
