// A toy workbook with the real book's scripts: one step whose grader knows no Kafka, so that a run takes a second. The answer is a number:
// 42 is right, 6 prints far too much, 8 leaves a broken recording, 7 goes on until the file `go` is there. Used by live.test.js.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.join(__dirname, '../..');
const STEP = '01_first/01_one';
const RECORDING = path.join(ROOT, 'book/recordings/02_rebalancing/01_hand_over.jsonl');

const GRADER = `
use std::{fs, io::Write, path::Path, time::Duration};

fn say(line: &str) {
    writeln!(std::io::stderr(), "workbook: {line}").unwrap();
}

#[test]
fn grade() {
    let target = std::env::var_os("CARGO_TARGET_DIR").expect("the command says where");
    let folder = Path::new(&target).join("workbook/${STEP}");
    fs::create_dir_all(&folder).unwrap();
    say("broker: a toy");
    say("waiting for: G1 to have one member");
    let answer = one::answer();
    let go = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../go");
    while answer == 7 && !go.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = if answer == 6 { "x\\\\u0007".repeat(60_000) + "the end" } else { String::new() };
    let outcome = match answer {
        42 | 7 => r#""outcome": "pass""#,
        _ => r#""outcome": "answer", "mistake": {"id": "not_42", "title": {"en": "The record <script>window.hacked = 1</script> is not 42.", "ko": "<script>window.hacked = 1</script> 레코드는 42가 아니다."},
            "expected": {"en": "42", "ko": "42"}, "seen": [{"event": 0, "us": 1200, "text": {"en": "<img src=x onerror='window.hacked = 1'>", "ko": "다른 수"}}],
            "why": {"en": "\`Deep Thought\` said so.", "ko": "깊은 생각이 그렇게 말했다."}, "read": "${STEP}#predict"}"#,
    };
    let trace = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("recording.jsonl")).unwrap();
    let trace = if answer == 8 { trace[..trace.len() / 2].replace("correlation", "corr<script>") } else { trace };
    fs::write(folder.join("trace.jsonl"), trace).unwrap();
    let verdict = format!(r#"{{"step": "${STEP}", {outcome}, "broker": "a toy", "took_ms": 100, "output": "{output}"}}"#);
    fs::write(folder.join("verdict.new"), verdict).unwrap();
    fs::rename(folder.join("verdict.new"), folder.join("verdict.json")).unwrap();
    assert!(outcome.contains("pass"));
}
`;

const PAGE = `# Step one

Text.

## Predict

Which number?

- 41
- 42

{{#predict 2}}

<details><summary>Answer</summary>

42.

"41" is one less.

</details>

## The run

{{#figure ${STEP}}}

## Your turn

{{#step ${STEP}}}

## Hints

${[1, 2, 3].map(n => `<details><summary>Hint ${n}</summary>\n\nHint number ${n}.\n\n</details>\n`).join('\n')}`;

class Toy {
    constructor() {
        this.root = fs.mkdtempSync(path.join(os.tmpdir(), 'workbook-toy-'));
        this.write('Cargo.toml', '[workspace]\nresolver = "3"\nmembers = ["exercises/[0-9]*/*"]\n');
        this.write(`exercises/${STEP}/Cargo.toml`, '[package]\nname = "one"\nedition = "2024"\n\n[package.metadata.workbook]\nminutes = 5\nneeds = "any"\n');
        this.write(`exercises/${STEP}/tests/grade.rs`, GRADER);
        // What a learner's records hold is text, also in a figure.
        const recording = fs.readFileSync(RECORDING, 'utf8').replaceAll('"T1', '"<script>T1').replace('02_rebalancing/01_hand_over', STEP);
        this.write(`exercises/${STEP}/recording.jsonl`, recording);
        this.write(`book/recordings/${STEP}.jsonl`, recording);
        this.write(`solutions/${STEP}/src/lib.rs`, '//! The solution.\npub fn answer() -> i32 {\n    42\n}\n');
        this.write(`book/src/${STEP}.md`, PAGE);
        this.write('book/src/SUMMARY.md', `# Summary\n\n- [One](${STEP}.md)\n`);
        this.write('book/po/ko/01_first.po', 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: ko\\n"\n');
        fs.cpSync(path.join(ROOT, 'book/theme'), path.join(this.root, 'book/theme'), { recursive: true });
        fs.copyFileSync(path.join(ROOT, 'book/book.toml'), path.join(this.root, 'book/book.toml'));
        this.answer(0);
    }

    write(file, text) {
        const whole = path.join(this.root, file);
        fs.mkdirSync(path.dirname(whole), { recursive: true });
        fs.writeFileSync(whole, text);
    }

    /** Saves an answer. */
    answer(number) {
        this.write(`exercises/${STEP}/src/lib.rs`, `//! The answer.\npub fn answer() -> i32 {\n    ${number}\n}\n`);
    }

    /** Starts a session; gives it with its address once the step's page is there. `heard` is called with what the terminal shows. */
    async session(port = 0, heard = () => {}) {
        const program = process.env.WORKBOOK || path.join(ROOT, 'target/debug/workbook');
        const env = { ...process.env, WORKBOOK_LANG: 'en', NO_COLOR: '1', WORKBOOK_EDITOR: `touch ${path.join(this.root, 'opened')}` };
        for (const name of ['CARGO_TARGET_DIR', 'WORKBOOK_BROKER', 'WORKBOOK_SITE']) {
            delete env[name];
        }
        const child = spawn(program, ['--no-open', '--port', String(port)], { cwd: this.root, env, stdio: ['ignore', 'pipe', 'pipe'] });
        this.child = child;
        let said = '';
        const address = await new Promise((resolve, reject) => {
            child.stdout.on('data', data => {
                said += data;
                heard(String(data));
                const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
                if (found) {
                    resolve(found[0]);
                }
            });
            child.stderr.on('data', data => { said += data; });
            child.on('exit', code => reject(new Error(`the session ended with ${code}: ${said}`)));
        });
        const page = `${address}/${STEP}.html`;
        for (let tries = 0; !(await fetch(page)).ok; tries += 1) {
            if (tries > 600) {
                throw new Error(`no page: ${said}`);
            }
            await new Promise(resolve => { setTimeout(resolve, 50); });
        }
        return { address, page, said: () => said };
    }

    /** Ends the session. */
    async stop() {
        if (this.child && this.child.exitCode === null) {
            const ended = new Promise(resolve => { this.child.once('exit', resolve); });
            this.child.kill('SIGINT');
            await ended;
        }
    }

    async remove() {
        await this.stop();
        fs.rmSync(this.root, { recursive: true, force: true });
    }
}

module.exports = { Toy, STEP };
