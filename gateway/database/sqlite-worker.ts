import { parentPort } from 'node:worker_threads'
import { errcodeOf, SqliteConnection } from './sqlite-connection.ts'
import {
  SqliteRefusal,
  type StatementResult,
  type WorkerReply,
  type WorkerRequest,
} from './worker-protocol.ts'

/** The thread that holds one connection: takes a request, answers it, takes the next. */
function serve(port: NonNullable<typeof parentPort>): void {
  let connection: SqliteConnection | null = null

  const answer = (request: WorkerRequest): readonly StatementResult[] => {
    if (request.kind === 'open') {
      connection = new SqliteConnection(request.path, { readOnly: request.readOnly })
      if (!request.readOnly) connection.migrate(request.migrations, request.nowMs)
      return []
    }
    if (request.kind === 'close') {
      connection?.close()
      connection = null
      return []
    }
    if (connection === null) throw new Error('The database is not open.')
    switch (request.kind) {
      case 'run':
        return [connection.run(request.statement)]
      case 'batch':
        return connection.batch(request.statements, request.write)
      case 'rollback':
        connection.rollback()
        return []
      default:
        request satisfies never
        return []
    }
  }

  port.on('message', ({ id, request }: { id: number; request: WorkerRequest }) => {
    let reply: WorkerReply
    try {
      reply = { id, ok: true, results: answer(request) }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const code = error instanceof SqliteRefusal ? error.code : null
      reply = { id, ok: false, failure: { message, errcode: errcodeOf(error), code } }
    }
    port.postMessage(reply)
    if (request.kind === 'close') port.close()
  })
}

if (parentPort !== null) serve(parentPort)
