// Opens pages in the browser and tells what of them can be asked for as the drafted tests ask for it: HTML does not say what a
// style sheet hides or a script writes. Must not be part of a test that is kept.
async function __stokerLook(page, expect, order) {
  const soon = { timeout: order.patience };
  const locator = (role, name) =>
    role === "text" ? page.getByText(name, { exact: true }) : page.getByRole(role, { name, exact: true });
  const found = [];
  for (const { path, items } of order.pages) {
    let status = 0;
    try {
      status = (await page.goto(path, { timeout: order.loading }))?.status() ?? 0;
    } catch (error) {
      found.push({ status, shown: [], said: String(error.message) });
      continue;
    }
    const shown = [];
    for (const [role, name] of items) {
      try {
        await (role === "title" ? expect(page).toHaveTitle(name, soon) : expect(locator(role, name)).toBeVisible(soon));
        shown.push(true);
      } catch {
        shown.push(false);
      }
    }
    found.push({ status, shown, said: "" });
  }
  return { pages: found, served: globalThis.__stoker_served === true };
}
