// Judges what a run of the CLI did.
//
//   node judge.mjs names                  the names of all scenarios
//   node judge.mjs prompts NAME           its prompts, one a line
//   node judge.mjs prepare NAME FOLDER    makes FOLDER/work/NAME with what the scenario needs
//   node judge.mjs check NAME FOLDER      prints PASS or FAIL and what was seen; exit code 1 when it failed
//   node judge.mjs strays FOLDER          the same for requests which belong to no scenario
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unmet, expect, messages, names, scenario, textOf } from './scenarios.mjs';

const responses = process.env.E2E_API === 'responses';
const [command, ...rest] = process.argv.slice(2);
const commands = { names: () => print(names()), prompts, prepare, check, strays };
commands[command](...rest);

function prompts(name) {
  const { prompts: list, slash } = scenario(name);
  print(list.map((prompt) => (slash ? prompt : `${prompt} [e2e:${name}]`)));
}

function prepare(name, folder) {
  const work = join(folder, 'work', name);
  mkdirSync(work, { recursive: true });
  scenario(name).prepare?.(work);
}

function check(name, folder) {
  verdict(name, () => {
    const wanted = scenario(name);
    const requests = logged(folder).filter((request) => request.scenario === name);
    const runs = wanted.prompts.map((_, at) => run(join(folder, 'runs', `${name}.${at + 1}`)));
    runs.forEach((one) => checkRun(one, wanted));
    requests.forEach((request) => checkRequest(request, process.env));
    const seen = wanted.check({ runs, requests, work: join(folder, 'work', name) });
    if (wanted.requests !== undefined) {
      expect(requests.length === wanted.requests, `${wanted.requests} requests to the provider`, requests.length);
    }
    return seen;
  });
}

function strays(folder) {
  verdict('no-stray-requests', () => {
    const requests = logged(folder);
    const stray = requests.filter((request) => request.scenario === null);
    expect(stray.length === 0, 'every request belongs to a scenario', JSON.stringify(stray));
    return `${requests.length} requests to the provider in all`;
  });
}

/** What the CLI printed: its lines, the last of which is the result. */
function run(path) {
  const lines = readFileSync(`${path}.out`, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const last = lines.filter((line) => line.type === 'result').at(-1);
  const retried = lines.filter((line) => line.type === 'system' && line.subtype === 'api_retry').length;
  const complaints = readFileSync(`${path}.err`, 'utf8').split('\n').filter(Boolean);
  const code = readFileSync(`${path}.code`, 'utf8').trim();
  const deltas = lines.filter((line) => line.type === 'stream_event').map((line) => line.event.delta ?? {});
  return { lines, deltas, last, result: String(last?.result ?? ''), retried, complaints, code };
}

function checkRun({ last, retried, complaints, code }, { retries = false }) {
  expect(code !== 'timeout', 'the CLI ended in time', code);
  expect(last !== undefined, 'the CLI printed a result', complaints.join('\n'));
  const unknown = complaints.filter((line) => !line.includes('[claude-code:unrecognized_model]'));
  expect(unknown.length === 0, 'the CLI complained of nothing', unknown.join('\n'));
  if (retries) return;
  expect(retried === 0, 'the CLI repeated nothing', `${retried} repetitions`);
  expect(last.is_error === false && code === '0', 'the CLI succeeded', JSON.stringify(last));
}

/** What holds for every request that reaches the provider. */
function checkRequest({ method, url, headers, raw, body }, { CLIENT_KEY: clientKey, PROVIDER_KEY: providerKey }) {
  const path = responses ? '/v1/responses' : '/v1/chat/completions';
  expect(method === 'POST' && url === path, `a request to ${path}`, `${method} ${url}`);
  expect(headers.authorization === `Bearer ${providerKey}`, 'the provider’s own key', headers.authorization);
  expect(!JSON.stringify(headers).includes(clientKey) && !raw.includes(clientKey), 'no key of the client', raw);
  for (const word of ['x-anthropic-billing-header', '"cache_control"', '"defer_loading"', '"input_schema"']) {
    expect(!raw.includes(word), `no ${word}`, raw.slice(Math.max(0, raw.indexOf(word) - 100)));
  }
  expect(typeof body.model === 'string' && body.model.startsWith('e2e-'), 'a mapped model', body.model);
  if (body.stream && !responses) expect(body.stream_options?.include_usage === true, 'usage is asked for', raw.slice(0, 300));
  (body.tools ?? []).filter((tool) => !responses || tool.type === 'function').forEach(checkTool);
  messages({ body }).forEach(checkMessage);
}

function checkTool({ type, function: { name, parameters } = {} }) {
  expect(type === 'function' && /^[a-zA-Z0-9_-]{1,64}$/.test(name), 'a function with a legal name', name);
  expect(name !== 'DeferredToolPlaceholder', 'no placeholder is offered', name);
  expect(parameters?.type === 'object', 'parameters are an object', JSON.stringify(parameters));
}

function checkMessage(message, at, list) {
  const { role, content, tool_calls: calls = [] } = message;
  const empty = !content || content.length === 0 || (Array.isArray(content) && textOf(message) === '' && !hasMedia(content));
  expect(!empty || calls.length > 0 || role === 'tool', 'no empty message', JSON.stringify({ at, message }));
  const answers = list.slice(at + 1, at + 1 + calls.length).map((next) => (next.role === 'tool' ? next.tool_call_id : next.role));
  const ids = calls.map((call) => call.id);
  expect(ids.join() === answers.join(), 'tool messages follow their calls, in order', `${ids} answered by ${answers}`);
  calls.forEach((call) => JSON.parse(call.function.arguments));
  if (role === 'tool') expect(answersCall(message, at, list), 'a tool message answers a call', JSON.stringify(message));
}

function answersCall({ tool_call_id: id }, at, list) {
  const asked = list.slice(0, at).findLast((message) => message.role !== 'tool');
  return (asked?.tool_calls ?? []).some((call) => call.id === id);
}

function hasMedia(content) {
  return content.some((part) => part.type !== 'text');
}

function logged(folder) {
  const log = join(folder, 'upstream.jsonl');
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
  return lines.map((line) => JSON.parse(line)).map((request) => ({ ...request, body: JSON.parse(request.raw || '{}') }));
}

function verdict(name, judge) {
  try {
    print([`PASS ${name}: ${judge()}`]);
  } catch (error) {
    print([`FAIL ${name}: ${error instanceof Unmet ? 'wanted ' + error.message : error.stack}`]);
    process.exitCode = 1;
  }
}

function print(lines) {
  console.log(lines.join('\n'));
}
