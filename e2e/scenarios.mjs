// What the scripted provider says in each scenario, and what must have come of it.
//
// A scenario has a name, one prompt per run of the CLI (every run after the first continues the session), the exact
// number of requests to the provider or retries: true, answer(turn) and check(seen), which says in words what it saw.
//   turn: attempt (1 for the first request of the scenario), results (tool messages since the prompt), body, work
//   seen: runs (what the CLI printed), requests (what the provider got), work (the folder in which the CLI ran)
// An answer is {error: {status, headers, message, type, code}} or
//   {reasoning, text, calls: [{id, name, arguments}], interleaved (arguments of several calls in turn),
//    spread (characters per chunk), bytes (per write to the socket), cut: {how: 'reset' or 'end', after: chunks}}
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';

const written = 'Grüße, мир, 世界 🎉\nA tab\there, a "quote", a \\ backslash.\nnull,null}{][ \u2028end\n';
const halfText = 'The first half of the answer, which must not be taken for the whole';
const wholeText = 'This is the whole answer, from its first word to its last.';

const all = [
  {
    name: 'answer',
    prompts: ['Say hello.'],
    requests: 1,
    answer: () => ({ text: 'Hello from the provider: grüß Gott, 你好 👋.', bytes: 7 }),
    check({ runs: [run] }) {
      expect(run.result === 'Hello from the provider: grüß Gott, 你好 👋.', 'the result is the text', run.result);
      const streamed = of(run.deltas, 'text_delta').map((delta) => delta.text);
      expect(streamed.length > 3 && streamed.join('') === run.result, 'the text arrives in pieces', JSON.stringify(streamed));
      const { input_tokens: input, cache_read_input_tokens: cached, output_tokens: output } = run.last.usage;
      expect(`${input}/${cached}/${output}` === '234/1000/56', 'usage is the provider’s', `${input}/${cached}/${output}`);
      return run.result;
    },
  },
  {
    name: 'write-file',
    prompts: ['Write the file.'],
    requests: 2,
    answer: ({ results, work }) =>
      results.length > 0
        ? { text: 'The file is written.' }
        : { text: 'I write it now.', calls: [writeCall(join(work, 'written.txt'))], spread: 2, bytes: 11 },
    check({ runs: [run], work }) {
      const content = contentOf(join(work, 'written.txt'));
      expect(content === written, 'the file is byte-exact', JSON.stringify(content));
      expect(run.result === 'The file is written.', 'the report is the result', run.result);
      const streamed = of(run.deltas, 'input_json_delta').length;
      expect(streamed > 20, 'the arguments arrive in fragments', streamed);
      return `${Buffer.byteLength(written)} bytes written exactly from ${streamed} fragments, "${run.result}"`;
    },
  },
  {
    name: 'edit-file',
    prompts: ['Edit the file.'],
    requests: 3,
    prepare: (work) => writeFileSync(join(work, 'edited.txt'), 'one\ntwo\nthree\n'),
    answer: ({ results, work }) => editTurn(results.length, join(work, 'edited.txt')),
    check({ runs: [run], work }) {
      const content = contentOf(join(work, 'edited.txt'));
      expect(content === 'one\nzwei\nthree\n', 'the file is edited', JSON.stringify(content));
      expect(run.result === 'The file is edited.', 'the report is the result', run.result);
      return `read and edited with null optional parameters, "${run.result}"`;
    },
  },
  {
    name: 'parallel-tools',
    prompts: ['Do two things at once.'],
    requests: 2,
    prepare: (work) => writeFileSync(join(work, 'second.txt'), 'content of the second\n'),
    answer: ({ results, work }) =>
      results.length > 0
        ? { text: 'Both are done.' }
        : { calls: parallelCalls(work), interleaved: true, spread: 3, bytes: 90 },
    check({ runs: [run], requests }) {
      const tools = messages(requests[1]).filter((message) => message.role === 'tool');
      const ids = tools.map((message) => message.tool_call_id).join(' ');
      expect(ids === 'call_first call_second', 'two tool messages in the order of the calls', ids);
      expect(textOf(tools[0]).includes('output of the first'), 'the first result', textOf(tools[0]));
      expect(textOf(tools[1]).includes('content of the second'), 'the second result', textOf(tools[1]));
      expect(run.result === 'Both are done.', 'the report is the result', run.result);
      return `results for ${ids}, "${run.result}"`;
    },
  },
  {
    name: 'read-image',
    prompts: ['Look at the picture.'],
    requests: 2,
    prepare: (work) => writeFileSync(join(work, 'picture.png'), picture(16, 16)),
    answer: ({ results, work }) =>
      results.length > 0
        ? { text: 'It is a red square.' }
        : { calls: [call('call_image', 'Read', { file_path: join(work, 'picture.png'), limit: null })] },
    check({ runs: [run], requests }) {
      const after = messages(requests[1]);
      const tool = after.findIndex((message) => message.role === 'tool');
      const image = after.slice(tool + 1).flatMap(imagesOf)[0];
      expect(image !== undefined, 'an image_url follows the tool message', roles(after));
      const [kind, data] = image.split(';base64,');
      const bytes = Buffer.from(data ?? '', 'base64');
      expect(kind === 'data:image/png' && bytes.subarray(1, 4).toString() === 'PNG', 'it is a PNG', kind);
      expect(run.result === 'It is a red square.', 'the report is the result', run.result);
      return `${kind}, ${bytes.length} bytes, after the tool message`;
    },
  },
  {
    name: 'continue',
    prompts: ['Remember the word heliotrope.', 'Which word was it?'],
    requests: 2,
    answer: ({ attempt }) => ({ text: attempt === 1 ? 'I shall remember it.' : 'It was heliotrope.' }),
    check({ runs, requests }) {
      const last = JSON.stringify(messages(requests[1]));
      expect(last.includes('Remember the word heliotrope.'), 'the first prompt is sent again', last.slice(0, 300));
      const said = messages(requests[1]).filter((message) => message.role === 'assistant').map(textOf).join('|');
      expect(said === 'I shall remember it.', 'the first answer is sent again, once', said);
      expect(runs[1].result === 'It was heliotrope.', 'the second result', runs[1].result);
      expect(runs[0].last.session_id === runs[1].last.session_id, 'one session', runs[1].last.session_id);
      return 'the second request contains the first turn';
    },
  },
  {
    name: 'reasoning',
    prompts: ['Think first.'],
    requests: 1,
    answer: () => ({ reasoning: 'Secret thought, step by step, あ.', text: 'Only this is the answer.', bytes: 13 }),
    check({ runs: [run] }) {
      expect(run.result === 'Only this is the answer.', 'the result is the text alone', run.result);
      const blocks = run.lines.filter((line) => line.type === 'assistant').flatMap((line) => line.message.content);
      const kinds = blocks.map((block) => block.type).join(' ');
      expect(!textsOf(blocks).includes('Secret'), 'no thought in the text', textsOf(blocks));
      return `blocks: ${kinds}`;
    },
  },
  {
    name: 'think-and-use-tools',
    prompts: ['Think, then use a tool.'],
    requests: 2,
    answer: ({ results }) =>
      results.length > 0
        ? { reasoning: 'It printed.', text: 'Done thinking.' }
        : { reasoning: 'I print.', calls: [call('call_think', 'Bash', { command: 'printf thought', timeout: null })] },
    check({ runs: [run], requests }) {
      const result = messages(requests[1]).find((message) => message.role === 'tool');
      expect(textOf(result) === 'thought', 'the tool ran', textOf(result));
      expect(run.result === 'Done thinking.', 'the report is the result', run.result);
      return `"${run.result}"`;
    },
  },
  {
    name: 'reasoning-kept',
    api: 'responses',
    prompts: ['Think over three tools.'],
    requests: 4,
    answer: ({ results }) =>
      results.length === 3
        ? { text: 'Thought three times.', phase: 'final_answer' }
        : {
            reasoning: `Thought ${results.length}.`,
            encrypted: encrypted(results.length),
            text: `Step ${results.length}.`,
            phase: 'commentary',
            calls: [call(`call_kept_${results.length}`, 'Bash', { command: `printf ${results.length}`, timeout: null })],
          },
    check({ runs: [run], requests }) {
      for (const [at, request] of requests.entries()) {
        const wanted = Array.from({ length: at }, (_, number) => encrypted(number)).join(' ');
        const found = request.body.reasoning.join(' ');
        expect(found === wanted, `request ${at + 1} gives the reasoning back unchanged`, found);
        const phases = request.body.phases.join(' ');
        expect(phases === Array(at).fill('commentary').join(' '), `request ${at + 1} gives the phases back`, phases);
        expect(request.body.store === false, 'nothing is stored', request.body.store);
      }
      expect(run.result === 'Thought three times.', 'the report is the result', run.result);
      return `${requests.at(-1).body.reasoning.length} encrypted items and the phases of messages came back unchanged`;
    },
  },
  {
    name: 'web-search',
    api: 'responses',
    prompts: ['Search the web.'],
    answer: ({ results, body }) => {
      if ((body.tools ?? []).some((tool) => tool.type.startsWith('web_search'))) {
        const pages = [{ url: 'https://example.com/heliotrope', title: 'Heliotrope' }];
        return { text: 'It is a flower.', search: { query: 'heliotrope', pages } };
      }
      return results.length > 0
        ? { text: 'The web says: a flower.' }
        : { calls: [call('call_web', 'WebSearch', { query: 'heliotrope [e2e:web-search]' })] };
    },
    check({ runs: [run], requests }) {
      const searched = requests.filter((request) => request.body.tools?.some((tool) => tool.type.startsWith('web_search')));
      expect(searched.length === 1, 'one request with the hosted tool', requests.length);
      const tool = textOf(messages(requests.at(-1)).find((message) => message.role === 'tool'));
      expect(tool.includes('https://example.com/heliotrope'), 'the page is in the result of the tool', tool);
      expect(run.result === 'The web says: a flower.', 'the report is the result', run.result);
      return 'one hosted search, its page in the result of WebSearch';
    },
  },
  {
    // Older versions of the CLI offer every tool at once behind a gateway; nothing is to be loaded then.
    name: 'deferred-tools',
    prompts: ['Load a tool.'],
    answer: ({ results, body }) =>
      results.length > 0 || !offered({ body }).includes('ToolSearch')
        ? { text: 'The tool is there.' }
        : { calls: [call('call_search', 'ToolSearch', { query: 'select:WebFetch', max_results: 5 })] },
    check({ runs: [run], requests, work }) {
      const last = requests.at(-1);
      const before = messages(requests[0]).map(textOf).join('\n');
      expect(before.includes(work), 'the working directory of the inline system message is sent', roles(messages(requests[0])));
      expect(offered(last).includes('WebFetch'), 'the loaded tool is offered', offered(last).join(' '));
      expect(run.result === 'The tool is there.', 'the report is the result', run.result);
      if (!offered(last).includes('ToolSearch')) return 'this version offers all tools at once';
      expect(requests.length === 2, '2 requests to the provider', requests.length);
      expect(!offered(requests[0]).includes('WebFetch'), 'the tool is not offered before', offered(requests[0]).join(' '));
      const tool = textOf(messages(last).find((message) => message.role === 'tool'));
      expect(tool.includes('WebFetch'), 'the tool message names the tool', tool);
      return `${offered(requests[0]).length} tools, then ${offered(last).length} with WebFetch`;
    },
  },
  {
    name: 'count-tokens',
    slash: true,
    prompts: ['/context'],
    requests: 0,
    answer: () => ({ text: 'Nobody asked.' }),
    check({ runs: [run] }) {
      expect(/tokens/i.test(run.result), 'a table of tokens', run.result);
      return run.result.split('\n').find((line) => /tokens/i.test(line)).trim();
    },
  },
  refused('error-401', 'authentic|API key', {
    status: 401,
    message: 'Incorrect API key provided.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  }),
  refused('error-429', 'Rate limit reached for e2e: 3 requests per minute', {
    status: 429,
    headers: { 'retry-after': '1' },
    message: 'Rate limit reached for e2e: 3 requests per minute.',
    type: 'requests',
    code: 'rate_limit_exceeded',
  }),
  refused('error-500', 'The model’s cooling failed', {
    status: 500,
    message: 'The model’s cooling failed.',
    type: 'server_error',
  }),
  {
    name: 'recover-from-429',
    prompts: ['Try again when refused.'],
    retries: true,
    answer: ({ attempt }) => (attempt === 1 ? { error: busy } : { text: wholeText }),
    check: wholeOnly,
  },
  cutOff('cut-by-reset', 'reset', 1),
  cutOff('cut-by-end', 'end', 1),
  cutOff('cut-every-time', 'reset', Infinity),
  cutTool('cut-tool-by-reset', 'reset'),
  cutTool('cut-tool-by-end', 'end'),
];

const busy = { status: 429, headers: { 'retry-after': '1' }, message: 'Busy.', type: 'requests', code: 'rate_limit_exceeded' };

export function scenario(name) {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
}

/** Those of the API that is called: chat or responses. */
export function names() {
  const api = process.env.E2E_API || 'chat';
  return all.filter((one) => one.api === undefined || one.api === api).map((one) => one.name);
}

/** Thrown by a check that is not met. */
export class Unmet extends Error {}

export function expect(met, wanted, found) {
  if (!met) throw new Unmet(`${wanted}: ${String(found).slice(0, 600)}`);
}

export function messages(request) {
  return request?.body.messages ?? [];
}

function refused(name, words, error) {
  return {
    name,
    prompts: ['Ask a provider that refuses.'],
    retries: true,
    answer: () => ({ error }),
    check({ runs: [run], requests }) {
      expect(run.last.is_error === true, 'the result is an error', JSON.stringify(run.last));
      expect(new RegExp(words, 'i').test(run.result), `the result tells the cause (${words})`, run.result);
      return `"${run.result}" after ${requests.length} requests`;
    },
  };
}

function cutOff(name, how, times) {
  const cut = { text: halfText, cut: { how, after: 8 } };
  return {
    name,
    prompts: ['Answer and break off.'],
    retries: true,
    answer: ({ attempt }) => (attempt <= times ? cut : { text: wholeText }),
    check(seen) {
      const half = of(seen.runs[0].deltas, 'text_delta').map((delta) => delta.text).join('');
      expect(half.startsWith('The first half'), 'half of the answer arrives', half);
      return times === Infinity ? errorOnly(seen) : wholeOnly(seen);
    },
  };
}

function cutTool(name, how) {
  const json = JSON.stringify({ command: 'touch half-was-run; touch the-other-half', description: 'Touch' });
  const calls = [{ id: 'call_cut', name: 'Bash', arguments: json }];
  return {
    name,
    prompts: ['Use a tool and break off.'],
    retries: true,
    answer: ({ attempt }) => (attempt === 1 ? { calls, cut: { how, after: 9 } } : { text: wholeText }),
    check(seen) {
      const half = of(seen.runs[0].deltas, 'input_json_delta').map((delta) => delta.partial_json).join('');
      expect(half.includes('touch half'), 'half of the arguments arrives', half);
      expect(!existsSync(join(seen.work, 'half-was-run')), 'the half command is not run', 'it was run');
      const ran = seen.requests.flatMap(messages).filter((message) => message.role === 'tool');
      expect(ran.length === 0, 'no tool result came of the half call', JSON.stringify(ran));
      return wholeOnly(seen);
    },
  };
}

function wholeOnly({ runs: [run], requests }) {
  expect(run.result === wholeText, 'the result is the whole answer', run.result);
  return `whole answer after ${requests.length} requests, ${run.retried} retries shown`;
}

function errorOnly({ runs: [run], requests }) {
  expect(run.last.is_error === true, 'the result is an error', JSON.stringify(run.last));
  expect(!run.result.includes('half of the answer'), 'half an answer is no result', run.result);
  expect(/API Error/.test(run.result), 'the result names an error', run.result);
  return `"${run.result}" after ${requests.length} requests`;
}

function call(id, name, input) {
  return { id, name, arguments: JSON.stringify(input) };
}

/** Null members that the tool does not know, and a character escaped in two halves. */
function writeCall(path) {
  const content = JSON.stringify(written).replace('🎉', '\\ud83c\\udf89');
  const json = `{"encoding": null, "file_path": ${JSON.stringify(path)}, "mode":null,"content": ${content} ,"x" : null}`;
  return { id: 'call_write', name: 'Write', arguments: json };
}

function editTurn(done, path) {
  const edit = { replace_all: null, file_path: path, old_string: 'two', new_string: 'zwei' };
  return [
    { calls: [call('call_read', 'Read', { offset: null, file_path: path, limit: null, pages: null })], spread: 3 },
    { calls: [call('call_edit', 'Edit', edit)], spread: 3 },
    { text: 'The file is edited.' },
  ][done];
}

function parallelCalls(work) {
  const command = "sleep 1; printf 'output of the first'";
  return [
    call('call_first', 'Bash', { timeout: null, command, description: 'Print', run_in_background: null }),
    call('call_second', 'Read', { file_path: join(work, 'second.txt'), offset: null, limit: null }),
  ];
}

function encrypted(number) {
  return `gAAAA-e2e-${number}-äöü==`;
}

function offered(request) {
  return (request?.body.tools ?? []).map((tool) => tool.function?.name);
}

function roles(list) {
  return list.map((message) => message.role).join(' ');
}

export function textOf(message) {
  const content = message?.content ?? '';
  return typeof content === 'string' ? content : textsOf(content);
}

function textsOf(parts) {
  return parts.map((part) => part.text ?? '').join('');
}

function imagesOf(message) {
  const parts = Array.isArray(message.content) ? message.content : [];
  return parts.filter((part) => part.type === 'image_url').map((part) => part.image_url.url);
}

function of(deltas, type) {
  return deltas.filter((delta) => delta.type === type);
}

function contentOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** A red PNG, made here so that no binary file lies in the repository. */
function picture(width, height) {
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([255, 0, 0]))]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.concat(Array(height).fill(row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, part('IHDR', header), part('IDAT', rows), part('IEND', Buffer.alloc(0))]);
}

function part(name, data) {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(8 + named.length);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), 4 + named.length);
  return framed;
}
