#[allow(warnings, clippy::all)]
mod __stoker {
    extern crate std;
    use self::std::any::Any;
    use self::std::boxed::Box;
    use self::std::fmt::{Debug, Display};
    use self::std::format;
    use self::std::io::Write;
    use self::std::panic::{catch_unwind, set_hook, AssertUnwindSafe};
    use self::std::prelude::v1::*;
    use self::std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use self::std::sync::OnceLock;

    const TURNS_AT_MOST: usize = 1_000_000;
    const UNSEEN: AtomicBool = AtomicBool::new(false);
    static SEEN: [AtomicBool; MOST_LINES] = [UNSEEN; MOST_LINES];
    static TURNS: AtomicUsize = AtomicUsize::new(0);
    static OBSERVING: AtomicBool = AtomicBool::new(false);

    fn variable(name: &str) -> String {
        self::std::env::var(name).unwrap_or_default()
    }

    pub fn mutant() -> usize {
        static NUMBER: OnceLock<usize> = OnceLock::new();
        *NUMBER.get_or_init(|| variable("STOKER_MUTANT").parse().unwrap_or(0))
    }

    fn tell(name: &str, line: &str) {
        let file = self::std::fs::OpenOptions::new().create(true).append(true).open(variable(name));
        if let Ok(mut file) = file {
            let _ = file.write_all(line.as_bytes());
        }
    }

    pub fn line(number: usize) {
        if !SEEN[number].swap(true, Ordering::Relaxed) && !OBSERVING.load(Ordering::Relaxed) {
            if !variable("STOKER_LINES").is_empty() {
                tell("STOKER_LINES", &format!("{}\n", number));
            }
        }
    }

    pub fn turn() {
        if mutant() > 0 || OBSERVING.load(Ordering::Relaxed) {
            if TURNS.fetch_add(1, Ordering::Relaxed) > TURNS_AT_MOST {
                self::std::panic!("stoker: it never ends");
            }
        }
    }

    pub struct Shown<'a, T: ?Sized>(pub &'a T);
    pub trait ByDebug {
        fn show(&self) -> (&'static str, String, &'static str);
    }
    pub trait ByDisplay {
        fn show(&self) -> (&'static str, String, &'static str);
    }
    pub trait Opaque {
        fn show(&self) -> (&'static str, String, &'static str);
    }
    impl<'a, T: Debug + ?Sized> ByDebug for &&Shown<'a, T> {
        fn show(&self) -> (&'static str, String, &'static str) {
            ("debug", format!("{:?}", self.0), self::std::any::type_name::<T>())
        }
    }
    impl<'a, T: Display + ?Sized> ByDisplay for &Shown<'a, T> {
        fn show(&self) -> (&'static str, String, &'static str) {
            ("display", format!("{}", self.0), self::std::any::type_name::<T>())
        }
    }
    impl<'a, T: ?Sized> Opaque for Shown<'a, T> {
        fn show(&self) -> (&'static str, String, &'static str) {
            ("opaque", String::new(), self::std::any::type_name::<T>())
        }
    }

    fn hex(text: &str) -> String {
        text.bytes().map(|each| format!("{:02x}", each)).collect()
    }

    fn message(panic: &(dyn Any + Send)) -> String {
        if let Some(text) = panic.downcast_ref::<&str>() {
            return (*text).into();
        }
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    }

    pub fn call(
        number: usize,
        work: impl FnOnce() -> ((&'static str, String, &'static str), Vec<(&'static str, String, &'static str)>),
    ) {
        if number < variable("STOKER_FROM").parse().unwrap_or(0) {
            return;
        }
        OBSERVING.store(true, Ordering::Relaxed);
        set_hook(Box::new(|_| {}));
        for each in SEEN.iter() {
            each.store(false, Ordering::Relaxed);
        }
        TURNS.store(0, Ordering::Relaxed);
        tell("STOKER_OBSERVED", &format!("begin {}\n", number));
        let (kind, text, of, changed) = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(((kind, text, of), changed)) => (kind, text, of, changed),
            Err(panic) => ("panic", message(&*panic), "", Vec::new()),
        };
        let lines: Vec<String> = SEEN
            .iter()
            .enumerate()
            .filter(|(_, each)| each.load(Ordering::Relaxed))
            .map(|(number, _)| format!("{}", number))
            .collect();
        let changed: Vec<String> = changed.iter().map(|(_, text, of)| format!("{}:{}", hex(text), hex(of))).collect();
        let words = [kind.into(), hex(&text), hex(of), lines.join(","), changed.join(",")];
        tell("STOKER_OBSERVED", &format!("end {} {}\n", number, words.join("|")));
    }
}
