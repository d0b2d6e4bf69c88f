//! What a link to a page shows where it is shared: title, description and language as Open Graph data, and the page's own description
//! for search engines. With the address at which the book will stand, also the picture and the page's one address. Called when the
//! pages are built.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use verdict::Language;

use super::outcome::files;

/// The picture in `book/src`.
const PICTURE: &str = "share.png";
/// A longer description is cut.
const LONGEST: usize = 200;

/// Writes the data into every page below `built`; `url` is where the English book will stand, such as `https://example.org/book/`.
pub(super) fn write(built: &Path, language: Language, url: Option<&str>) -> Result<()> {
    for file in files(built)? {
        let page = file.to_string_lossy().replace('\\', "/");
        if !page.ends_with(".html") || page == "toc.html" {
            continue;
        }
        let path = built.join(&file);
        let html = fs::read_to_string(&path).with_context(|| format!("{page} cannot be read"))?;
        let shared = with_data(&html, &page, language, url).with_context(|| page.clone())?;
        fs::write(&path, shared).with_context(|| format!("{page} cannot be written"))?;
    }
    Ok(())
}

fn with_data(html: &str, page: &str, language: Language, url: Option<&str>) -> Result<String> {
    let Some(title) = between(html, "<title>", "</title>") else { bail!("a page without a title") };
    let begin = "<meta name=\"description\" content=\"";
    let Some(of_book) = between(html, begin, "\">") else { bail!("a page without a description") };
    let description = first_words(html).unwrap_or_else(|| of_book.to_owned());
    let (locale, other, folder) = match language {
        Language::En => ("en_US", "ko_KR", ""),
        Language::Ko => ("ko_KR", "en_US", "ko/"),
    };
    let mut data = vec![
        ("og:type", "article".to_owned()),
        ("og:title", title.to_owned()),
        ("og:description", description.clone()),
        ("og:locale", locale.to_owned()),
        ("og:locale:alternate", other.to_owned()),
    ];
    let mut canonical = String::new();
    if let Some(url) = url {
        let url = url.trim_end_matches('/');
        let address = format!("{url}/{folder}{page}");
        canonical = format!("<link rel=\"canonical\" href=\"{address}\">\n        ");
        data.extend([("og:url", address), ("og:image", format!("{url}/{PICTURE}"))]);
    }
    let data: String =
        data.iter().map(|(name, content)| format!("<meta property=\"{name}\" content=\"{content}\">\n        ")).collect();
    let html = html.replacen(&format!("{begin}{of_book}\">"), &format!("{begin}{description}\">"), 1);
    Ok(html.replacen("</head>", &format!("    {data}{canonical}</head>"), 1))
}

/// The first paragraph of the page, as text that may stand in an attribute.
fn first_words(html: &str) -> Option<String> {
    let main = between(html, "<main>", "</main>")?;
    let (_, after) = main.split_once("</h1>")?;
    let paragraph = between(after, "<p>", "</p>")?;
    let mut text = String::new();
    let mut in_tag = false;
    for character in paragraph.chars() {
        match character {
            '<' => in_tag = true,
            '>' => in_tag = false,
            '"' if !in_tag => text.push_str("&quot;"),
            '\n' if !in_tag => text.push(' '),
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    Some(match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", text[..end].rsplit_once(' ').map_or(&text[..end], |(whole, _)| whole)),
        None => text,
    })
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head><title>One - Book</title>\n<meta name=\"description\" content=\"The book.\">\n</head>\n<main><h1>One</h1>\n\
                        <p>A <em>group</em> says\n\"no\".</p></main>";

    #[test]
    fn a_shared_page_says_what_it_is_about() {
        let made = with_data(PAGE, "a/1.html", Language::Ko, Some("https://example.org/book/")).unwrap();
        for said in [
            "<meta name=\"description\" content=\"A group says &quot;no&quot;.\">",
            "<meta property=\"og:title\" content=\"One - Book\">",
            "<meta property=\"og:locale\" content=\"ko_KR\">",
            "<meta property=\"og:url\" content=\"https://example.org/book/ko/a/1.html\">",
            "<meta property=\"og:image\" content=\"https://example.org/book/share.png\">",
            "<link rel=\"canonical\" href=\"https://example.org/book/ko/a/1.html\">",
        ] {
            assert!(made.contains(said), "{said} is not in {made}");
        }
        assert!(!with_data(PAGE, "a/1.html", Language::En, None).unwrap().contains("og:url"));
        assert!(with_data("<head></head>", "a.html", Language::En, None).is_err());
    }
}
