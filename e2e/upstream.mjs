// A scripted OpenAI-compatible provider. It listens on a free loopback port, answers as the scenario named in the
// last "[e2e:NAME]" of the conversation says, and notes every request as one line of JSON.
//
//   node upstream.mjs FOLDER      writes FOLDER/upstream.port and FOLDER/upstream.jsonl
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { alternately, chatOf, eventsOf, pieces, wholeOf } from './responses.mjs';
import { scenario } from './scenarios.mjs';

const folder = process.argv[2];
const log = join(folder, 'upstream.jsonl');
const attempts = new Map();
const usage = {
  prompt_tokens: 1234,
  completion_tokens: 56,
  total_tokens: 1290,
  prompt_tokens_details: { cached_tokens: 1000 },
  completion_tokens_details: { reasoning_tokens: 7 },
};

const server = createServer(async (request, response) => {
  const raw = Buffer.concat(await request.toArray()).toString('utf8');
  const responses = request.url.split('?')[0].endsWith('/responses');
  const body = responses ? chatOf(parsed(raw)) : parsed(raw);
  const { name, results } = position(body);
  const attempt = (attempts.get(name) ?? 0) + 1;
  attempts.set(name, attempt);
  const { method, url, headers } = request;
  appendFileSync(log, JSON.stringify({ scenario: name, attempt, method, url, headers, raw: responses ? JSON.stringify(body) : raw }) + '\n');
  try {
    await answer(response, body, responses, script(name, { attempt, results, body, work: join(folder, 'work', name ?? '') }));
  } catch (error) {
    console.error(name, error);
    response.destroy();
  }
});
server.keepAliveTimeout = 30_000;
server.listen(0, '127.0.0.1', () => {
  writeFileSync(join(folder, 'upstream.port.new'), String(server.address().port));
  renameSync(join(folder, 'upstream.port.new'), join(folder, 'upstream.port'));
});

function parsed(raw) {
  try {
    return JSON.parse(raw);
  } catch {
    return {};
  }
}

/** Which scenario the conversation is in, and the tool messages since its prompt. */
function position(body) {
  let name = null;
  let results = [];
  for (const message of body.messages ?? []) {
    const marks = message.role === 'user' ? [...JSON.stringify(message.content).matchAll(/\[e2e:([a-z0-9-]+)\]/g)] : [];
    if (marks.length > 0) {
      name = marks.at(-1)[1];
      results = [];
    }
    if (message.role === 'tool') results.push(message);
  }
  return { name, results };
}

function script(name, turn) {
  return name === null ? { text: 'No scenario was named.' } : scenario(name).answer(turn);
}

/** A reply is {error} or {reasoning, text, calls, spread, bytes, cut}; see scenarios.mjs. */
async function answer(response, body, responses, reply) {
  if (reply.error) return refuse(response, reply.error);
  if (responses) return ofResponses(response, body, reply);
  if (!body.stream && !reply.cut) return whole(response, body, reply);
  return stream(response, body, reply);
}

function refuse(response, { status, headers = {}, message, type, code = null }) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message, type, param: null, code } }));
}

async function ofResponses(response, body, reply) {
  if (!body.stream && !reply.cut) {
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(wholeOf(body, reply)));
  }
  const { events, end } = eventsOf(body, reply);
  const kept = reply.cut ? events.slice(0, reply.cut.after) : [...events, end];
  const frames = kept.map((event, sequence_number) => `event: ${event.type}\n${frame({ ...event, sequence_number })}`);
  return send(response, frames, reply);
}

function whole(response, body, reply) {
  const message = { role: 'assistant', content: reply.text ?? null, refusal: null };
  if (reply.reasoning) message.reasoning_content = reply.reasoning;
  if (reply.calls) message.tool_calls = reply.calls.map(({ id, name, arguments: text }) => toolCall(id, name, text));
  const choices = [{ index: 0, message, finish_reason: finish(reply), logprobs: null }];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...envelope(body, 'chat.completion'), choices, usage }));
}

async function stream(response, body, reply) {
  const frames = deltas(reply).map((delta) => frame(chunk(body, [choice(delta, null)], null)));
  const kept = reply.cut ? frames.slice(0, reply.cut.after) : frames;
  if (!reply.cut) {
    kept.push(frame(chunk(body, [choice({}, finish(reply))], null)));
    if (body.stream_options?.include_usage) kept.push(frame(chunk(body, [], usage)));
    kept.push('data: [DONE]\n\n');
  }
  return send(response, kept, reply);
}

async function send(response, frames, reply) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  await write(response, frames.join(''), reply.bytes ?? 400);
  if (!reply.cut) return response.end();
  // What was sent must have been read before a reset, which discards what is under way.
  await pause(400);
  if (reply.cut.how === 'reset') return response.socket.resetAndDestroy();
  return response.end();
}

/** Writes in pieces of so many bytes, so that characters are cut in two. */
async function write(response, text, size) {
  response.socket.setNoDelay(true);
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await pause(1);
  }
}

function deltas({ reasoning, text, calls = [], spread = 5, interleaved = false }) {
  const first = [{ role: 'assistant', content: calls.length > 0 && !text ? null : '', refusal: null }];
  const thoughts = pieces(reasoning ?? '', spread).map((piece) => ({ reasoning_content: piece }));
  const words = pieces(text ?? '', spread).map((piece) => ({ content: piece }));
  const heads = calls.map(({ id, name }, index) => callDelta(index, { ...toolCall(id, name, '') }));
  const bodies = calls.map(({ arguments: json }, index) =>
    pieces(json, spread).map((piece) => callDelta(index, { function: { arguments: piece } })),
  );
  const tools = interleaved
    ? [...heads, ...alternately(bodies)]
    : calls.flatMap((_, index) => [heads[index], ...bodies[index]]);
  return [...first, ...thoughts, ...words, ...tools];
}

function toolCall(id, name, text) {
  return { id, type: 'function', function: { name, arguments: text } };
}

function callDelta(index, call) {
  return { tool_calls: [{ index, ...call }] };
}

function choice(delta, reason) {
  return { index: 0, delta, finish_reason: reason, logprobs: null };
}

function finish({ calls }) {
  return calls ? 'tool_calls' : 'stop';
}

function chunk(body, choices, counted) {
  return { ...envelope(body, 'chat.completion.chunk'), choices, usage: counted };
}

function envelope(body, object) {
  return { id: 'chatcmpl-e2e', object, created: 1760000000, model: body.model, system_fingerprint: 'fp_e2e' };
}

function frame(value) {
  return `data: ${JSON.stringify(value)}\n\n`;
}
