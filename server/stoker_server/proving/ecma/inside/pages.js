// Asks an application for pages, as it is and with each of a handler's mutants, and tells what came; it stands in a test file of
// the project's own runner, so that what is imported is what the project's tests import. Must not open anything but the one port.
async function __stokerAsk(app, order) {
  const state = (globalThis.__stoker = { mutant: 0, lines: new Set(), turns: 0 });
  const deadline = Date.now() + order.milliseconds;
  const made = app.listen(0, "127.0.0.1");
  const server = made.address ? made : made.server; // polka's gives itself
  if (!server.listening) await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  const address = `http://127.0.0.1:${server.address().port}`;
  const texts = [], known = new Map();
  let left = order.characters;
  const noted = (text) => {
    if (!known.has(text)) {
      if (text.length > left) return -1;
      left -= text.length;
      known.set(text, texts.push(text) - 1);
    }
    return known.get(text);
  };
  const ask = async (path) => {
    state.lines.clear();
    state.turns = 0;
    try {
      const answer = await fetch(address + path, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(order.patience) });
      const type = answer.headers.get("content-type") ?? "";
      const text = /html/.test(type) ? (await answer.text()).slice(0, order.longest) : "";
      return { status: answer.status, type, text: noted(text), lines: [...state.lines] };
    } catch (error) {
      return { status: 0, type: "", text: noted(""), lines: [...state.lines], late: error.name === "TimeoutError" };
    }
  };
  const pages = [];
  for (const path of order.paths) pages.push(await ask(path));
  const mutated = order.paths.map(() => ({}));
  for (let mutant = 1; mutant <= order.mutants; mutant++) {
    state.mutant = mutant;
    let late = 0; // where a mutant never answers some requests, it answers no others, either
    for (let number = 0; number < order.paths.length && late < 2; number++) {
      if (Date.now() > deadline) break;
      const { status, text, late: never } = await ask(order.paths[number]);
      if (never) late++;
      if (text >= 0) mutated[number][mutant] = [status, text];
    }
  }
  state.mutant = 0;
  server.close();
  server.closeAllConnections?.();
  return { pages, mutated, texts, served: globalThis.__stoker_served === true };
}
