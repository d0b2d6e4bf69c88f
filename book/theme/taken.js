// Takes over a figure that the server drew, element by element: known elements and harmless attributes, nothing else. Used by panel.js.
'use strict';

window.workbook = window.workbook || {};
(function taken(workbook) {
    const KNOWN = new Set([
        'figure', 'figcaption', 'div', 'p', 'details', 'summary', 'table', 'thead', 'tbody', 'tr', 'th', 'td',
        'svg', 'g', 'path', 'rect', 'circle', 'text', 'title', 'desc', 'defs', 'pattern',
    ]);

    /** The figure, or nothing where the text holds none. */
    function figure(text) {
        const source = text && new DOMParser().parseFromString(text, 'text/html').body.firstElementChild;
        return source && KNOWN.has(source.localName) ? copy(source) : null;
    }

    function copy(node) {
        const made = document.createElementNS(node.namespaceURI, node.localName);
        for (const { name, value } of node.attributes) {
            const outside = /url\(/i.test(value) && !/^url\(#[\w-]+\)$/.test(value);
            if (!/^(?:on|xmlns|xlink|href|src|style)/i.test(name) && !outside) {
                made.setAttribute(name, value);
            }
        }
        for (const child of node.childNodes) {
            if (child.nodeType === Node.TEXT_NODE) {
                made.append(child.data);
            } else if (child.nodeType === Node.ELEMENT_NODE && KNOWN.has(child.localName)) {
                made.append(copy(child));
            }
        }
        return made;
    }

    workbook.taken = { figure };
})(window.workbook);
