-- A receipt as lines to read. Asks nobody and shows nothing.
local M = {}

local MARKS = { passed = '✓', failed = '✗', undecided = '?' }

-- What was checked, a line each, behind a mark of lists or what else there is to stand.
function M.verdicts(receipt, before)
  return vim.tbl_map(function(verdict)
    return ('%s%s %s: %s'):format(before, MARKS[verdict.outcome] or '?', verdict.check, verdict.evidence)
  end, receipt.verdicts)
end

-- The whole of it.
function M.lines(receipt)
  local lines = { ('# %s of %s, by %s'):format(receipt.feature, receipt.subject, receipt.author), '' }
  vim.list_extend(lines, M.verdicts(receipt, '- '))
  for _, withheld in ipairs(receipt.withheld) do
    lines[#lines + 1] = ('- withheld before: %s (by %s)'):format(withheld.summary, withheld.author)
  end
  lines[#lines + 1] = ''
  local usd = receipt.usage.usd -- null where the price is not known
  local cost = type(usd) == 'number' and ('$%.4f'):format(usd) or 'price not known'
  lines[#lines + 1] = ('%.1f s, %s, `stoker receipt %s`'):format(receipt.seconds, cost, receipt.id)
  return vim.split(table.concat(lines, '\n'), '\n')
end

return M
