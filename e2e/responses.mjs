// OpenAI's Responses API in front of the scripted provider: its requests in the words of Chat Completions, in which the
// scenarios are written, and their answers as its items and events.

/**
 * The request as Chat Completions would have it; `reasoning` has the encrypted items that came back, `phases` what the
 * model's messages say of themselves, in their order.
 */
export function chatOf(body) {
  const messages = body.instructions ? [{ role: 'system', content: body.instructions }] : [];
  const reasoning = [];
  const phases = [];
  let pictures = [];
  const flush = () => {
    if (pictures.length > 0) messages.push({ role: 'user', content: pictures });
    pictures = [];
  };
  for (const item of typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : (body.input ?? [])) {
    if (item.type !== 'function_call_output') flush();
    if (item.type === 'reasoning') {
      reasoning.push(item.encrypted_content);
    } else if (item.type === 'function_call') {
      const call = { id: item.call_id, type: 'function', function: { name: item.name, arguments: item.arguments } };
      const last = messages.at(-1);
      if (last?.role === 'assistant') last.tool_calls = [...(last.tool_calls ?? []), call];
      else messages.push({ role: 'assistant', content: null, tool_calls: [call] });
    } else if (item.type === 'function_call_output') {
      const parts = partsOf(item.output);
      messages.push({ role: 'tool', tool_call_id: item.call_id, content: parts.filter((part) => part.type === 'text') });
      pictures.push(...parts.filter((part) => part.type !== 'text'));
    } else {
      if (item.phase) phases.push(item.phase);
      messages.push({ role: item.role, content: partsOf(item.content) });
    }
  }
  flush();
  const tools = body.tools?.map(({ type, ...rest }) => (type === 'function' ? { type, function: rest } : { type, ...rest }));
  return { ...body, messages, tools, reasoning, phases };
}

function partsOf(content) {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (content ?? []).map((part) => {
    if (part.type === 'input_image') return { type: 'image_url', image_url: { url: part.image_url } };
    return part.text === undefined ? part : { type: 'text', text: part.text };
  });
}

const usage = {
  input_tokens: 1234,
  input_tokens_details: { cached_tokens: 1000 },
  output_tokens: 56,
  output_tokens_details: { reasoning_tokens: 7 },
  total_tokens: 1290,
};

/** The whole answer. */
export function wholeOf(body, reply) {
  return envelope(body, 'completed', itemsOf(reply));
}

/** The events of the answer, in order; the last one is left out where the answer is cut. */
export function eventsOf(body, reply) {
  const items = itemsOf(reply);
  const opening = [{ type: 'response.created', response: envelope(body, 'in_progress', []) }];
  const parts = items.map((item, index) => itemEvents(item, index, reply.spread ?? 5));
  const all = reply.interleaved
    ? [...parts.map((part) => part.head).flat(), ...alternately(parts.map((part) => part.body)), ...parts.map((part) => part.tail).flat()]
    : parts.flatMap((part) => [...part.head, ...part.body, ...part.tail]);
  const end = { type: 'response.completed', response: envelope(body, 'completed', items) };
  return { events: [...opening, ...all], end };
}

function itemsOf({ reasoning, encrypted, text, phase, calls = [], search }) {
  const items = [];
  if (reasoning) {
    const summary = [{ type: 'summary_text', text: reasoning }];
    items.push({ type: 'reasoning', id: 'rs_e2e', summary, encrypted_content: encrypted ?? 'encrypted-e2e' });
  }
  if (search) {
    const action = { type: 'search', query: search.query, sources: search.pages.map(({ url }) => ({ type: 'url', url })) };
    items.push({ type: 'web_search_call', id: 'ws_e2e', status: 'completed', action });
  }
  if (text) {
    const annotations = (search?.pages ?? []).map(({ url, title }) => ({
      type: 'url_citation',
      start_index: 0,
      end_index: text.length,
      url,
      title,
    }));
    const content = [{ type: 'output_text', text, annotations, logprobs: [] }];
    items.push({ type: 'message', id: 'msg_e2e', status: 'completed', role: 'assistant', content, ...(phase && { phase }) });
  }
  for (const { id, name, arguments: json } of calls) {
    items.push({ type: 'function_call', id: `fc_${id}`, status: 'completed', call_id: id, name, arguments: json });
  }
  return items;
}

function itemEvents(item, index, spread) {
  const at = { output_index: index, item_id: item.id };
  const added = (begun) => ({ type: 'response.output_item.added', output_index: index, item: begun });
  const done = { type: 'response.output_item.done', output_index: index, item };
  if (item.type === 'reasoning') {
    const [{ text }] = item.summary;
    const part = { ...at, summary_index: 0 };
    return {
      head: [
        added({ ...item, summary: [], encrypted_content: '' }),
        { type: 'response.reasoning_summary_part.added', ...part, part: { type: 'summary_text', text: '' } },
      ],
      body: pieces(text, spread).map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...part, delta })),
      tail: [
        { type: 'response.reasoning_summary_text.done', ...part, text },
        { type: 'response.reasoning_summary_part.done', ...part, part: { type: 'summary_text', text } },
        done,
      ],
    };
  }
  if (item.type === 'message') {
    const [part] = item.content;
    const place = { ...at, content_index: 0 };
    return {
      head: [
        added({ ...item, status: 'in_progress', content: [] }),
        { type: 'response.content_part.added', ...place, part: { ...part, text: '', annotations: [] } },
      ],
      body: pieces(part.text, spread).map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
      tail: [
        ...part.annotations.map((annotation, annotation_index) => ({
          type: 'response.output_text.annotation.added',
          ...place,
          annotation_index,
          annotation,
        })),
        { type: 'response.output_text.done', ...place, text: part.text, logprobs: [] },
        { type: 'response.content_part.done', ...place, part },
        done,
      ],
    };
  }
  if (item.type === 'function_call') {
    return {
      head: [added({ ...item, status: 'in_progress', arguments: '' })],
      body: pieces(item.arguments, spread).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
      tail: [{ type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: item.arguments }, done],
    };
  }
  return {
    head: [added({ ...item, status: 'in_progress' }), { type: 'response.web_search_call.searching', ...at }],
    body: [],
    tail: [{ type: 'response.web_search_call.completed', ...at }, done],
  };
}

function envelope(body, status, output) {
  return {
    id: 'resp_e2e',
    object: 'response',
    created_at: 1760000000,
    status,
    error: null,
    incomplete_details: null,
    model: body.model,
    output,
    usage: status === 'completed' ? usage : null,
  };
}

/** One of each list in turn. */
export function alternately(lists) {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.map((list) => list[at]))
    .flat()
    .filter((item) => item !== undefined);
}

/** A text in pieces of so many characters. */
export function pieces(text, size) {
  const points = Array.from(text);
  const count = Math.ceil(points.length / size);
  return Array.from({ length: count }, (_, at) => points.slice(at * size, at * size + size).join(''));
}
