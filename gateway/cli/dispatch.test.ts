import { describe, expect, test } from 'vitest'
import { CodedError } from '#alerting/errors.ts'
import { SettingsError } from '#config/load.ts'
import { type Command, EXIT, UsageError } from './command.ts'
import { dispatch } from './dispatch.ts'
import { verify } from './verify.ts'

async function call(words: readonly string[], run: Command['run'] = async () => EXIT.ok) {
  let out = ''
  let err = ''
  const write = {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
  }
  const context = {
    ...write,
    signal: new AbortController().signal,
    settings: () => {
      throw new SettingsError([{ path: 'http.port', message: 'wrong', origin: 'environment' }])
    },
  }
  const command = { usage: 'vigil weigh WHAT [--kilograms]', run }
  const commands = { weigh: { summary: 'tells the weight', load: async () => command } }
  const code = await dispatch(words, context, commands)
  return { code, out, err }
}

test('vigil verify names a folder that holds no data of a gateway', async () => {
  const { code, err } = await call(['weigh', '--data', '/nowhere'], verify.run)
  expect(code).toBe(EXIT.usage)
  expect(err).toContain('No gateway has kept its data in /nowhere.')
})

describe('vigil', () => {
  test.each([[[]], [['help']], [['--help']]])(
    'called with %j names its commands',
    async (words) => {
      const { code, out } = await call(words)
      expect(code).toBe(EXIT.ok)
      expect(out).toMatch(/weigh {6}tells the weight/)
    },
  )

  test.each([[['help', 'weigh']], [['weigh', '--help']], [['weigh', 'x', '-h']]])(
    'called with %j tells how a command is called',
    async (words) => {
      const { code, out } = await call(words, () => Promise.reject(new Error('was run')))
      expect({ code, out }).toEqual({ code: EXIT.ok, out: 'vigil weigh WHAT [--kilograms]\n' })
    },
  )

  test.each(['wiegh', 'toString', '__proto__'])(
    'does not know %j, and says what it knows',
    async (name) => {
      const { code, err } = await call([name])
      expect(code).toBe(EXIT.usage)
      expect(err).toContain(`There is no command "${name}".`)
      expect(err).toContain('tells the weight')
    },
  )

  test('tells its version', async () => {
    expect((await call(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('hands the words after the name to the command and its code to the shell', async () => {
    const { code } = await call(['weigh', 'a', '--kilograms'], async ({ args }) => args.length)
    expect(code).toBe(2)
  })

  test('answers words that a command does not understand with its usage', async () => {
    const { code, err } = await call(['weigh'], async () => {
      throw new UsageError('What shall be weighed?')
    })
    expect(code).toBe(EXIT.usage)
    expect(err).toBe('What shall be weighed?\n\nvigil weigh WHAT [--kilograms]\n')
  })

  test('tells what an operator can mend in words, without a stack', async () => {
    const { code, err } = await call(['weigh'], async () => {
      throw new CodedError('folder_in_use', 'The folder is in use.', { hint: 'Stop the gateway.' })
    })
    expect(code).toBe(EXIT.failed)
    expect(err).toBe('The folder is in use. (folder_in_use)\nStop the gateway.\n')
  })

  test('tells wrong settings as the gateway does', async () => {
    const { code, err } = await call(['weigh'], async ({ settings }) => {
      settings()
      return EXIT.ok
    })
    expect(code).toBe(EXIT.misconfigured)
    expect(err).toContain('http.port: wrong')
  })
})
