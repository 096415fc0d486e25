-- Whether a completion menu has an item selected: Neovim's own, blink.cmp's or nvim-cmp's. Then the menu has the word, and the keys.
local M = {}

local function blink()
  local menu = package.loaded['blink.cmp']
  return menu and menu.is_menu_visible() and menu.get_selected_item() ~= nil
end

local function cmp()
  local menu = package.loaded['cmp']
  return menu and menu.visible() and menu.get_selected_entry() ~= nil
end

function M.is_selecting()
  if vim.fn.pumvisible() == 1 and vim.fn.complete_info({ 'selected' }).selected >= 0 then
    return true
  end
  return blink() or cmp() or false
end

return M
