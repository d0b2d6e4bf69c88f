// Serves a built book as a plain web server would, and opens Chromium on it. Used by the tests beside this file. The tests fail, they do
// not skip: without a book (WORKBOOK_SITE) or a Chromium there is nothing that they could say.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { chromium } = require('playwright-core');

const KINDS = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png' };
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

/** The built book. */
function folder() {
    const site = process.env.WORKBOOK_SITE;
    if (!site || !fs.existsSync(path.join(site, 'index.html'))) {
        throw new Error('WORKBOOK_SITE names no built book: run `.ci/run browser`');
    }
    return site;
}

/** Serves the book below `/book/`, as GitHub Pages would; gives its address. */
async function serve(under = '/book/') {
    const root = folder();
    const server = http.createServer((request, response) => {
        const asked = decodeURIComponent(new URL(request.url, 'http://site').pathname);
        const file = path.join(root, asked.startsWith(under) ? asked.slice(under.length) : 'missing');
        const found = fs.existsSync(file) && fs.statSync(file).isDirectory() ? path.join(file, 'index.html') : file;
        if (!fs.existsSync(found)) {
            response.writeHead(404).end();
            return;
        }
        response.writeHead(200, { 'Content-Type': KINDS[path.extname(found)] || 'application/octet-stream' }).end(fs.readFileSync(found));
    });
    await new Promise(resolve => { server.listen(0, '127.0.0.1', resolve); });
    return { address: `http://127.0.0.1:${server.address().port}${under}`, close: () => server.close() };
}

function browserPath() {
    const folders = (process.env.PATH || '').split(path.delimiter);
    const named = process.env.CHROMIUM ? [process.env.CHROMIUM] : BROWSERS.flatMap(name => folders.map(one => path.join(one, name)));
    const found = named.find(file => fs.existsSync(file));
    if (!found) {
        throw new Error(`no Chromium: install one of ${BROWSERS.join(', ')}, or set CHROMIUM`);
    }
    return found;
}

/** Starts Chromium. Nothing is downloaded. */
function browser() {
    return chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}

/**
 * A page of its own, with nothing kept from others. What the page complains of is collected in `page.complaints`: errors of scripts,
 * failed requests, requests that leave the machine.
 */
async function open(running, options = {}) {
    const context = await running.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.complaints = [];
    page.setDefaultTimeout(10_000);
    page.on('pageerror', error => page.complaints.push(`script: ${error.message}`));
    page.on('console', message => message.type() === 'error' && page.complaints.push(`console: ${message.text()}`));
    page.on('request', request => {
        const { hostname, protocol } = new URL(request.url());
        if (protocol.startsWith('http') && hostname !== '127.0.0.1' && hostname !== 'localhost') {
            page.complaints.push(`leaves the machine: ${request.url()}`);
        }
    });
    return page;
}

/** The pages of the built book below a folder, without fragments. */
function pages(below = '') {
    const found = [];
    const walk = at => {
        for (const entry of fs.readdirSync(path.join(folder(), at), { withFileTypes: true })) {
            const next = path.posix.join(at, entry.name);
            if (entry.isDirectory() && next !== 'ko') {
                walk(next);
            } else if (entry.name.endsWith('.html') && !entry.name.endsWith('.predict.html') && entry.name !== 'toc.html') {
                found.push(next);
            }
        }
    };
    walk(below);
    return found.sort();
}

module.exports = { serve, browser, open, pages, folder };
