// The provider of interactive.sh, with both of OpenAI's APIs: says what the last message asks it to. Prints its port.
import { createServer } from 'node:http'
import { chatOf, eventsOf, wholeOf } from './responses.mjs'

const words = message => typeof message.content === 'string' ? message.content
  : (message.content ?? []).map(part => part.text ?? '').join('\n')

const answer = ({ messages, tools }) => {
  const last = messages.findLast(({ role }) => role === 'user' || role === 'tool')
  const said = words(last).replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '')
  if (last.role === 'tool') return { text: 'The command ran, and its result came back.' }
  if (said.includes('<summary>') && !said.includes('continued from a previous conversation')) return { text: '<analysis>short</analysis>\n<summary>They said good morning.</summary>' }
  if (/make a file/i.test(said) && tools) return { call: { name: 'Bash', arguments: { command: 'touch made.txt', description: 'Make a file' } } }
  if (/take your time/i.test(said)) return { text: Array.from({ length: 200 }, (_, i) => `word${i} `).join(''), pace: 150 }
  const prompt = said.split('\n').filter(line => line.trim() && !line.includes('<')).at(-1) ?? ''
  return { text: `You said: ${prompt.trim().slice(0, 80)}.` }
}

const ofResponses = async (request, response) => {
  const body = chatOf(request)
  const { text, call, pace } = answer(body)
  const calls = call ? [{ id: 'call_1', name: call.name, arguments: JSON.stringify(call.arguments) }] : []
  if (!body.stream) {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(wholeOf(body, { text, calls })))
    return
  }
  response.setHeader('content-type', 'text/event-stream')
  const { events, end } = eventsOf(body, { text, calls, spread: 8 })
  for (const [sequence_number, event] of [...events, end].entries()) {
    if (response.destroyed) return
    response.write(`event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`)
    if (pace) await new Promise(resolve => setTimeout(resolve, pace))
  }
  response.end()
}

createServer((request, response) => {
  let body = ''
  request.on('data', some => { body += some })
  request.on('end', async () => {
    if (request.url.endsWith('/responses')) return ofResponses(JSON.parse(body), response)
    const chat = JSON.parse(body)
    const { text, call, pace } = answer(chat)
    const chunk = (delta, finish_reason = null) => ({ choices: [{ index: 0, delta, finish_reason }] })
    const usage = { prompt_tokens: Math.round(body.length / 4), completion_tokens: 20 }
    if (!chat.stream) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: text ?? '' }, finish_reason: 'stop' }], usage }))
      return
    }
    response.setHeader('content-type', 'text/event-stream')
    const send = data => response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
    if (call) {
      send(chunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: call.name, arguments: JSON.stringify(call.arguments) } }] }))
    }
    for (const word of (text ?? '').match(/\S+\s*/g) ?? []) {
      if (response.destroyed) return
      send(chunk({ content: word }))
      if (pace) await new Promise(resolve => setTimeout(resolve, pace))
    }
    send(chunk({}, call ? 'tool_calls' : 'stop'))
    send({ choices: [], usage })
    send('[DONE]')
    response.end()
  })
}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })
