/** How a receiver treats one request. */
export type Answer =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Resets the connection without an answer. */
  | { readonly kind: 'reset' }
  /** Breaks off in the middle of its headers. */
  | { readonly kind: 'half' }
  /** Answers 200 and a body without end. */
  | { readonly kind: 'endless' }
  /** Points elsewhere with a 302. */
  | { readonly kind: 'redirect'; readonly location: string }

const OK: Answer = { kind: 'status', status: 200 }

/**
 * Reads a script such as `500*3,429:2,429date:2,hang,reset*2,half,endless,redirect:http://…,ok`: one
 * answer a request, `*n` repeats, `429:2` asks to wait 2 s in seconds and `429date:2` as a date. After
 * its end every request is answered 200.
 */
export function parseAnswerScript(script: string, nowMs: () => number): () => Answer {
  const words = script.split(',').filter((word) => word.trim() !== '')
  const answers = words.flatMap((word) => {
    const { what, repeats } = parseWord(word.trim())
    return Array.from({ length: repeats }, () => what)
  })
  let next = 0
  return () => {
    const what = answers[next]
    next += 1
    return what === undefined ? OK : toAnswer(what, nowMs())
  }
}

function parseWord(word: string): { what: string; repeats: number } {
  const repeated = /^(.*)\*(\d+)$/.exec(word)
  return repeated?.[1] === undefined
    ? { what: word, repeats: 1 }
    : { what: repeated[1], repeats: Number(repeated[2]) }
}

function toAnswer(what: string, nowMs: number): Answer {
  const [head = '', ...rest] = what.split(':')
  const argument = rest.join(':')
  switch (head) {
    case 'ok':
      return OK
    case 'hang':
    case 'reset':
    case 'half':
    case 'endless':
      return { kind: head }
    case 'redirect':
      return { kind: 'redirect', location: argument }
    case '429date':
      return {
        kind: 'status',
        status: 429,
        retryAfter: new Date(nowMs + Number(argument) * 1_000).toUTCString(),
      }
    default: {
      const status = Number(head)
      if (!Number.isInteger(status) || status < 200 || status > 599) {
        throw new RangeError(`"${what}" is no answer a receiver knows`)
      }
      return argument === ''
        ? { kind: 'status', status }
        : { kind: 'status', status, retryAfter: argument }
    }
  }
}
