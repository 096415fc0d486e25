// Makes calls and tells what each did; it stands in a test file of the project's own runner, so that what is imported is
// what the project's tests import. Must not change anything that outlives a call.
async function __stokerObserve(order) {
  const RealDate = Date, now = Date.now.bind(Date), random = Math.random;
  const state = (globalThis.__stoker = { mutant: 0, lines: new Set() });
  const deadline = now() + order.milliseconds;
  const LONGEST = 1500;
  class Unfit extends Error {}

  const two = (date) => {
    const parts = [date.getFullYear(), date.getMonth(), date.getDate()];
    const time = [date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds()];
    while (time.length && time[time.length - 1] === 0) time.pop();
    const text = "new Date(" + [...parts, ...time].join(", ") + ")";
    return parts[0] > 99 ? text : "new Date(" + JSON.stringify(date.toISOString()) + ")";
  };
  const key = (name) => {
    if (name === "__proto__") throw new Unfit("an object with an odd key");
    return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  };
  const show = (value, local, around = []) => {
    if (Object.is(value, -0)) return "-0";
    switch (typeof value) {
      case "undefined": case "boolean": case "number": return String(value);
      case "bigint": return value + "n";
      case "string": return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udfff]/gu, (each) => "\\u" + each.charCodeAt(0).toString(16).padStart(4, "0"));
      case "symbol": throw new Unfit("a symbol");
      case "function": throw new Unfit("a function");
    }
    if (value === null) return "null";
    if (around.includes(value)) throw new Unfit("a cycle");
    if (around.length > 8) throw new Unfit("a deep structure");
    const inner = (each) => show(each, local, [...around, value]);
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    const proto = Object.getPrototypeOf(value);
    const made = proto && proto.constructor && proto.constructor.name;
    if (Array.isArray(value)) {
      if (made !== "Array" || Object.keys(value).length !== value.length) throw new Unfit("an array with holes or names");
      return "[" + Array.from(value, inner).join(", ") + "]";
    }
    if (tag === "Date" && made === "Date") { if (isNaN(value)) throw new Unfit("an invalid date"); return local ? two(value) : "new Date(" + JSON.stringify(value.toISOString()) + ")"; }
    if (tag === "RegExp" && made === "RegExp") return String(value);
    if (tag === "Map" && made === "Map") return "new Map([" + [...value].map((each) => "[" + each.map(inner).join(", ") + "]").join(", ") + "])";
    if (tag === "Set" && made === "Set") return "new Set([" + [...value].map(inner).join(", ") + "])";
    if (/^(Ui|I)nt(8|16|32)Array$|^Float(32|64)Array$/.test(tag) && made === tag) return "new " + tag + "([" + Array.from(value, inner).join(", ") + "])";
    if (tag !== "Object" || made !== "Object" || Object.getPrototypeOf(proto) !== null) throw new Unfit("an object of class " + (made || "null"));
    if (Object.getOwnPropertySymbols(value).length) throw new Unfit("an object with symbols");
    const fields = Object.keys(value).map((name) => key(name) + ": " + inner(value[name]));
    return fields.length ? "{ " + fields.join(", ") + " }" : "{}";
  };
  const shown = (value) => {
    const found = [show(value, false), show(value, true)];
    if (found[0].length > LONGEST) throw new Unfit("a value that is too long to read");
    return found;
  };

  let tied = "";
  const patched = (owner, name, value) => {
    const known = Object.getOwnPropertyDescriptor(owner, name);
    if (!known || !(known.writable || known.configurable)) return () => {};
    Object.defineProperty(owner, name, { ...(known.get ? { configurable: true } : known), value });
    return () => Object.defineProperty(owner, name, known);
  };
  const noticing = (owner, name, what) => {
    const real = owner && owner[name];
    if (typeof real !== "function") return () => {};
    return patched(owner, name, function (...args) { tied = what; return real.apply(this, args); });
  };
  const watched = () => {
    const clock = new Proxy(RealDate, {
      construct: (target, args, made) => { if (!args.length) tied = "the clock"; return Reflect.construct(target, args, made === clock ? target : made); },
      apply: (target, self, args) => { tied = "the clock"; return Reflect.apply(target, self, args); },
      get: (target, name) => (name === "now" ? () => { tied = "the clock"; return now(); } : target[name]),
    });
    const undo = [
      patched(globalThis, "Date", clock), patched(RealDate.prototype, "constructor", clock),
      noticing(Math, "random", "chance"), noticing(globalThis.performance, "now", "the clock"),
      noticing(globalThis.crypto, "randomUUID", "chance"), noticing(globalThis.crypto, "getRandomValues", "chance"),
      noticing(globalThis, "fetch", "the network"), noticing(process, "hrtime", "the clock"),
    ];
    return () => undo.reverse().forEach((each) => each());
  };
  const quietly = () => {
    let printed = "";
    const undo = ["log", "info", "warn", "error", "debug"].map((name) => patched(console, name, (...args) => { printed += args.join(" ") + "\n"; }));
    return [() => undo.forEach((each) => each()), () => printed.slice(0, 500)];
  };

  const attempt = async (call, isWatched) => {
    const report = { kind: "unfit", text: "", local: "", type: "", printed: "", changed: {}, lines: [], impure: "", awaited: false, listed: false };
    const [loud, printed] = quietly();
    let unwatch = () => {};
    try {
      let given;
      try { given = call.set(); } catch (error) { report.text = String(error && error.message); return report; }
      const before = call.watch.map((name) => { try { return show(given[name], false); } catch { return ""; } });
      state.lines.clear(); state.turns = 0; tied = "";
      if (isWatched) unwatch = watched();
      let value, thrown;
      try {
        value = call.call(given);
        if (value && typeof value.then === "function") {
          report.awaited = true;
          let timer;
          const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Unfit("late")), 300); });
          try { value = await Promise.race([value, late]); } finally { clearTimeout(timer); }
        } else if (value && typeof value.next === "function" && typeof value[Symbol.iterator] === "function") {
          const items = [];
          for (const each of value) { items.push(each); if (items.length > 50) throw new Unfit("an endless iterator"); }
          value = items;
          report.listed = true;
        }
      } catch (error) { thrown = { error }; }
      unwatch(); unwatch = () => {};
      report.lines = [...state.lines]; report.impure = tied; report.printed = printed();
      if (thrown) {
        const error = thrown.error;
        if (error && String(error.message).startsWith("stoker: it never")) { report.kind = "late"; return report; }
        if (error instanceof Unfit) { report.kind = error.message === "late" ? "late" : "unfit"; report.text = error.message; return report; }
        if (!error || typeof error.message !== "string") { report.text = "it throws what is no error"; return report; }
        report.kind = "raises";
        report.text = report.local = error.message;
        report.type = (error.constructor && error.constructor.name) || "Error";
        return report;
      }
      call.watch.forEach((name, number) => {
        let after = "";
        try { after = show(given[name], false); } catch { return; }
        if (before[number] && after !== before[number]) report.changed[name] = after;
      });
      try { [report.text, report.local] = shown(value); report.kind = "value"; }
      catch (error) { report.kind = "opaque"; report.type = error.message; }
      return report;
    } catch (error) { report.kind = "unfit"; report.text = String(error && error.message); return report; }
    finally { unwatch(); loud(); }
  };

  const told = (report) => JSON.stringify([report.kind, report.local, report.type, report.awaited, report.changed]);
  const reports = [];
  for (const call of order.calls) reports.push(now() < deadline ? await attempt(call, order.watch) : { kind: "late" });
  const kills = order.calls.map(() => []);
  for (let mutant = 1; mutant <= order.mutants; mutant++) {
    state.mutant = mutant;
    let late = 0; // where some calls with a mutant never come back, the rest of them would not, either
    for (let number = 0; number < order.calls.length; number++) {
      if (now() > deadline || late >= 4) break;
      if (!["value", "raises", "opaque"].includes(reports[number].kind)) continue;
      const found = await attempt(order.calls[number], false);
      if (found.kind === "late") late++;
      if (told(found) !== told(reports[number])) kills[number].push(mutant);
    }
  }
  state.mutant = 0;
  return { calls: reports, kills, served: globalThis.__stoker_served === true };
}
