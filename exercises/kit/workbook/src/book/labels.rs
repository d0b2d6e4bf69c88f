//! The last touch on each built page: mdBook's own words in Korean, a skip link, a sidebar switch that the keyboard reaches, and the
//! link to the same page in the other language. Done on the finished HTML, so that no copy of mdBook's template has to be kept;
//! a page in which a word is no longer found fails the build, so that an update of mdBook is noticed.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use verdict::Language;

use super::outcome::files;

/// mdBook's words and ours.
const WORDS: [(&str, &str); 20] = [
    (">Keyboard shortcuts<", ">키보드 단축키<"),
    (
        "<p>Press <kbd>←</kbd> or <kbd>→</kbd> to navigate between chapters</p>",
        "<p><kbd>←</kbd> <kbd>→</kbd> 이전 장, 다음 장</p>",
    ),
    ("<p>Press <kbd>S</kbd> or <kbd>/</kbd> to search in the book</p>", "<p><kbd>S</kbd> 또는 <kbd>/</kbd> 책에서 찾기</p>"),
    ("<p>Press <kbd>?</kbd> to show this help</p>", "<p><kbd>?</kbd> 이 도움말 보기</p>"),
    ("<p>Press <kbd>Esc</kbd> to hide this help</p>", "<p><kbd>Esc</kbd> 이 도움말 닫기</p>"),
    ("aria-label=\"Table of contents\"", "aria-label=\"차례\""),
    (
        "title=\"Toggle Table of Contents\" aria-label=\"Toggle Table of Contents\"",
        "title=\"차례 여닫기\" aria-label=\"차례 여닫기\"",
    ),
    ("title=\"Change theme\" aria-label=\"Change theme\"", "title=\"테마 바꾸기\" aria-label=\"테마 바꾸기\""),
    ("aria-label=\"Themes\"", "aria-label=\"테마\""),
    (">Auto</button>", ">자동</button>"),
    (">Light</button>", ">밝게</button>"),
    (">Rust</button>", ">러스트</button>"),
    (">Coal</button>", ">석탄</button>"),
    (">Navy</button>", ">남색</button>"),
    (">Ayu</button>", ">아유</button>"),
    ("title=\"Search (`/`)\" aria-label=\"Toggle Searchbar\"", "title=\"찾기 (`/`)\" aria-label=\"찾기 여닫기\""),
    ("placeholder=\"Search this book ...\"", "placeholder=\"이 책에서 찾기…\" aria-label=\"이 책에서 찾기\""),
    ("title=\"Print this book\" aria-label=\"Print this book\"", "title=\"책 인쇄\" aria-label=\"책 인쇄\""),
    ("aria-label=\"Page navigation\"", "aria-label=\"장 이동\""),
    ("aria-describedby=\"searchresults-header\"", "aria-describedby=\"mdbook-searchresults-header\""),
];

/// The same for what not every page has: a previous and a next chapter.
const WORDS_OF_SOME: [(&str, &str); 2] = [
    ("title=\"Previous chapter\" aria-label=\"Previous chapter\"", "title=\"이전 장\" aria-label=\"이전 장\""),
    ("title=\"Next chapter\" aria-label=\"Next chapter\"", "title=\"다음 장\" aria-label=\"다음 장\""),
];

/// mdBook's words inside the text: admonitions.
const WORDS_IN_TEXT: [(&str, &str); 5] = [
    ("</svg>Note</p>", "</svg>참고</p>"),
    ("</svg>Tip</p>", "</svg>팁</p>"),
    ("</svg>Important</p>", "</svg>중요</p>"),
    ("</svg>Warning</p>", "</svg>경고</p>"),
    ("</svg>Caution</p>", "</svg>주의</p>"),
];

const PLACE_OF_TEXT: &str = "<main></main>";

/// Finishes every page below `built`.
pub(super) fn finish(built: &Path, language: Language) -> Result<()> {
    for file in files(built)?.into_iter().filter(|file| file.extension().is_some_and(|end| end == "html")) {
        let path = built.join(&file);
        let html = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        if let Some(at) = html.find("{{#") {
            let rest: String = html[at..].chars().take(60).collect();
            bail!("{} was built with a directive left in it: {rest}", file.display());
        }
        let page = file.to_string_lossy().replace('\\', "/");
        // The table of contents for browsers without JavaScript has no frame of its own.
        if page != "toc.html" {
            fs::write(&path, finished(&page, &html, language)?)?;
        }
    }
    Ok(())
}

fn finished(page: &str, html: &str, language: Language) -> Result<String> {
    let (before, rest) = html.split_once("<main>").with_context(|| format!("{page} has no <main>"))?;
    let (text, after) = rest.rsplit_once("</main>").with_context(|| format!("{page} has no end of <main>"))?;
    // The text is most of a page: what belongs around it is not looked for in it.
    let mut html = format!("{before}{PLACE_OF_TEXT}{after}");
    // A table that scrolls must be reached by the keyboard.
    let mut text = text.replace("<div class=\"table-wrapper\">", "<div class=\"table-wrapper\" tabindex=\"0\">");
    if language == Language::Ko {
        for (english, korean) in WORDS {
            html = replaced(&html, english, korean, page)?;
        }
        for (english, korean) in WORDS_OF_SOME {
            html = html.replace(english, korean);
        }
        for (english, korean) in WORDS_IN_TEXT {
            text = text.replace(english, korean);
        }
    }
    html = search_first(&html, page)?;
    let skip = match language {
        Language::En => "Skip to the text",
        Language::Ko => "본문으로 건너뛰기",
    };
    let skip = format!("<body>\n    <a class=\"wb-skip\" href=\"#mdbook-content\">{skip}</a>");
    html = replaced(&html, "<body>", &skip, page)?;
    html = replaced(
        &html,
        "<label id=\"mdbook-sidebar-toggle\"",
        "<label id=\"mdbook-sidebar-toggle\" tabindex=\"0\" role=\"button\"",
        page,
    )?;
    html = replaced(
        &html,
        "<div id=\"mdbook-content\" class=\"content\">",
        "<div id=\"mdbook-content\" class=\"content\" tabindex=\"-1\">",
        page,
    )?;
    html = replaced(&html, "<div id=\"mdbook-menu-bar\"", "<div id=\"mdbook-menu-bar\" role=\"banner\"", page)?;
    let to = to_other(page, language);
    let (code, name) = match language {
        Language::En => ("ko", "한국어"),
        Language::Ko => ("en", "English"),
    };
    let link = format!(
        "<div class=\"right-buttons\">\n<a class=\"wb-language\" href=\"{to}\" hreflang=\"{code}\" lang=\"{code}\" rel=\"alternate\">{name}</a>"
    );
    html = replaced(&html, "<div class=\"right-buttons\">", &link, page)?;
    let head = format!("<link rel=\"alternate\" hreflang=\"{code}\" href=\"{to}\">\n    </head>");
    html = replaced(&html, "</head>", &head, page)?;
    Ok(html.replacen(PLACE_OF_TEXT, &format!("<main>{text}</main>"), 1))
}

/// Puts our search before mdBook's `searcher.js`, which may load and open the index at once and would then take its own.
fn search_first(html: &str, page: &str) -> Result<String> {
    let script = |name: &str| {
        let at = html.find(name)?;
        let from = html[..at].rfind("<script")?;
        Some(from..from + html[from..].find("</script>")? + "</script>".len())
    };
    match (script("searcher-"), script("theme/search-")) {
        (Some(theirs), Some(ours)) if theirs.end <= ours.start => Ok(format!(
            "{}{}\n        {}{}{}",
            &html[..theirs.start],
            &html[ours.clone()],
            &html[theirs.clone()],
            &html[theirs.end..ours.start],
            &html[ours.end..]
        )),
        _ => bail!(
            "{page}: mdBook's page no longer loads searcher.js before theme/search.js: see what it does now and change book/labels.rs"
        ),
    }
}

/// The way from a page to the same page in the other language, which lies in `ko` beside the English pages.
fn to_other(page: &str, language: Language) -> String {
    let up = "../".repeat(page.matches('/').count());
    match language {
        Language::En => format!("{up}ko/{page}"),
        Language::Ko => format!("{up}../{page}"),
    }
}

fn replaced(html: &str, from: &str, to: &str, page: &str) -> Result<String> {
    if !html.contains(from) {
        bail!("{page}: mdBook's page has no `{from}` any more: see what mdBook writes now and change book/labels.rs");
    }
    Ok(html.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_search_is_loaded_first() {
        let html = "<script src=\"searcher-1.js\"></script>\n<script src=\"book.js\"></script>\n<script src=\"theme/search-2.js\"></script>\n";
        let order: Vec<usize> = {
            let moved = search_first(html, "a.html").unwrap();
            ["theme/search-2", "searcher-1", "book.js"].map(|name| moved.find(name).unwrap()).into()
        };
        assert!(order.is_sorted(), "{order:?}");
    }

    #[test]
    fn the_other_language_is_the_same_page() {
        assert_eq!(to_other("index.html", Language::En), "ko/index.html");
        assert_eq!(to_other("01_groups/02_sharing.html", Language::En), "../ko/01_groups/02_sharing.html");
        assert_eq!(to_other("01_groups/02_sharing.html", Language::Ko), "../../01_groups/02_sharing.html");
    }
}
