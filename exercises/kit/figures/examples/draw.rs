//! Temporary: draws lines of directives from stdin as one page.
#![allow(clippy::unwrap_used, missing_docs)]
use std::io::Read;
fn main() {
    let mut args = std::env::args().skip(1);
    let (lang, theme) = (args.next().unwrap_or("en".into()), args.next().unwrap_or("light".into()));
    let language = if lang == "ko" { verdict::Language::Ko } else { verdict::Language::En };
    let root = std::env::current_dir().unwrap();
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let body = match figures::Preprocessor::new(&root, language).page("01_groups/02_sharing.md", &text) {
        Ok(body) => body,
        Err(errors) => {
            for e in errors {
                eprintln!("{e}");
            }
            std::process::exit(1)
        }
    };
    let css: String = ["workbook.css", "figures.css"]
        .iter()
        .map(|f| std::fs::read_to_string(root.join("book/theme").join(f)).unwrap())
        .collect();
    let (bg, fg) = if theme == "light" { ("#ffffff", "#000") } else { ("#161923", "#cbccdc") };
    println!(
        "<!doctype html><html lang={lang} class=\"{theme} js\"><meta charset=utf-8><style>:root{{--bg:{bg};--fg:{fg};--links:#22f}} body{{background:var(--bg);color:var(--fg);width:760px;margin:10px auto;font-size:16px;font-family:var(--wb-font)}} table{{font-size:.8em}} {css}</style>{body}"
    );
}
