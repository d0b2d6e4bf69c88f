// What every page needs and mdBook leaves out: a sidebar switch for the keyboard, arrow keys that stay where they are typed, folded
// text that prints, and mdBook's later-made labels in Korean. Pages are readable without any of it.
'use strict';

(function workbook() {
    const korean = document.documentElement.lang === 'ko';

    // The sidebar switch is a <label>; a label does not answer the keyboard by itself.
    const toggle = document.getElementById('mdbook-sidebar-toggle');
    if (toggle) {
        toggle.addEventListener('keydown', event => {
            if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                toggle.click();
            }
        });
    }

    // mdBook turns the page on the arrow keys, wherever the focus is. In a box that scrolls, and on a control, the keys are its own.
    document.body.addEventListener('keydown', event => {
        const own = event.target instanceof Element && event.target.closest('.wb-scroll, .wb-step, .wb-mistakes, details, form, input, select, textarea');
        if (own && event.key.startsWith('Arrow')) {
            event.stopPropagation();
        }
    });

    // Code that scrolls sideways is scrolled by the keyboard too.
    for (const code of document.querySelectorAll('main pre > code')) {
        if (code.scrollWidth > code.clientWidth) {
            code.tabIndex = 0;
        }
    }

    // Paper cannot be unfolded.
    let folded = [];
    window.addEventListener('beforeprint', () => {
        folded = [...document.querySelectorAll('main details:not([open])')];
        folded.forEach(details => { details.open = true; });
    });
    window.addEventListener('afterprint', () => folded.forEach(details => { details.open = false; }));

    // Where the server of a session gave the page its token, the page gets the scripts of a session, one after the other.
    const session = document.querySelector('meta[name="workbook-session"]');
    if (session && document.querySelector('meta[name="workbook-token"]')) {
        for (const source of session.content.split(' ')) {
            if (!document.querySelector(`script[src="${source}"]`)) {
                const script = document.createElement('script');
                script.src = source;
                script.async = false;
                document.body.append(script);
            }
        }
    }

    // The link to the other language keeps the place in the page.
    const language = document.querySelector('.wb-language');
    if (language) {
        language.addEventListener('click', () => { language.hash = location.hash; });
    }

    if (korean) {
        const words = { 'Copy to clipboard': '클립보드에 복사', 'Show hidden lines': '숨은 줄 보기', 'Hide lines': '줄 숨기기' };
        for (const button of document.querySelectorAll('pre .buttons button')) {
            const word = words[button.title];
            if (word) {
                button.title = word;
                button.setAttribute('aria-label', word);
            }
        }
    }
})();
