'use strict';
// Messages between this extension and `strata lsp`, over the program's input and output. Nothing here knows the editor.
const { spawn } = require('child_process');

/** Takes bytes in any pieces and hands out whole messages. */
class Reader {
    constructor(take) {
        this.take = take;
        this.rest = Buffer.alloc(0);
    }

    feed(bytes) {
        this.rest = this.rest.length ? Buffer.concat([this.rest, bytes]) : bytes;
        while (true) {
            const head = this.rest.indexOf('\r\n\r\n');
            if (head < 0) return;
            const said = /^content-length:\s*(\d+)/im.exec(this.rest.toString('latin1', 0, head));
            const start = head + 4, end = start + Number(said ? said[1] : 0);
            if (this.rest.length < end) return;
            const text = this.rest.toString('utf8', start, end);
            this.rest = this.rest.subarray(end);
            this.take(JSON.parse(text));
        }
    }
}

/** One running server. `hear` gets its notices, `answer` its questions, `gone` its exit status. */
class Server {
    constructor(program, { hear, answer, gone, log }) {
        this.waiting = new Map();
        this.count = 0;
        this.isAlive = true;
        this.hear = hear;
        this.answer = answer;
        this.process = spawn(program, ['lsp']);
        const reader = new Reader(message => this.receive(message));
        this.process.stdout.on('data', bytes => reader.feed(bytes));
        this.process.stderr.on('data', bytes => log(bytes.toString()));
        this.process.stdin.on('error', () => {});
        const end = status => {
            if (!this.isAlive) return;
            this.isAlive = false;
            for (const { refuse } of this.waiting.values()) refuse(new Error('strata has ended'));
            this.waiting.clear();
            gone(status);
        };
        this.process.on('error', error => { log(`${program}: ${error.message}\n`); end(null); });
        this.process.on('exit', end);
    }

    write(message) {
        if (!this.isAlive) return;
        const body = Buffer.from(JSON.stringify(Object.assign({ jsonrpc: '2.0' }, message)), 'utf8');
        this.process.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
    }

    tell(method, params) { this.write({ method, params }); }

    /** Asks, and promises the result; what is cancelled meanwhile comes to nothing. */
    ask(method, params, token) {
        if (!this.isAlive) return Promise.resolve(null);
        const id = ++this.count;
        if (token && token.onCancellationRequested) token.onCancellationRequested(() => this.tell('$/cancelRequest', { id }));
        return new Promise((accept, refuse) => {
            this.waiting.set(id, { accept, refuse });
            this.write({ id, method, params });
        });
    }

    async receive(message) {
        if (message.method === undefined) {
            const asked = this.waiting.get(message.id);
            this.waiting.delete(message.id);
            if (!asked) return;
            if (!message.error) asked.accept(message.result);
            else if (message.error.code === -32800) asked.accept(null);
            else asked.refuse(new Error(message.error.message));
        } else if (message.id === undefined) {
            this.hear(message.method, message.params);
        } else {
            const result = await this.answer(message.method, message.params);
            this.write({ id: message.id, result: result === undefined ? null : result });
        }
    }

    async stop() {
        if (!this.isAlive) return;
        await this.ask('shutdown', null).catch(() => {});
        this.tell('exit', null);
    }
}

module.exports = { Reader, Server };
