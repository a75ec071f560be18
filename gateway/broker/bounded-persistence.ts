import { Readable } from 'node:stream'
import type { QueuedMessage, Session, SessionStore } from './session-store.ts'

interface WithId {
  readonly id: string
}

/**
 * What aedes asks of a persistence, answered from our own sessions, as far as it comes to be asked:
 * the queue of QoS 1 messages to a device. Subscriptions are kept by the connection, nothing a device
 * publishes passes through aedes, wills are ours (device-connection.ts), and nothing is retained; so
 * the corresponding questions have empty answers. Its own in-memory persistence has no bound anywhere.
 */
export class BoundedPersistence {
  readonly #sessions: SessionStore

  constructor(sessions: SessionStore) {
    this.#sessions = sessions
  }

  async setup(): Promise<void> {
    // Nothing to open; aedes insists on an async function.
  }

  async subscriptionsByClient(): Promise<readonly []> {
    return []
  }

  async cleanSubscriptions(): Promise<void> {
    // SessionStore.open began the session anew.
  }

  async delWill(): Promise<void> {
    // aedes is told of no will.
  }

  streamWill(): Readable {
    return Readable.from([])
  }

  async outgoingEnqueue(client: { clientId: string }, packet: QueuedMessage): Promise<void> {
    const session = this.#sessions.byKey(client.clientId)
    if (session === undefined || !this.#sessions.enqueue(session, packet)) {
      throw new Error('no room in the session')
    }
  }

  /** A queued message gets the packet identifier under which it is being sent. */
  async outgoingUpdate(
    client: WithId,
    packet: { brokerCounter: number; messageId: number },
  ): Promise<void> {
    const queued = this.#sessions
      .byKey(client.id)
      ?.outgoing.find((it) => it.brokerCounter === packet.brokerCounter)
    if (queued === undefined) throw new Error('no such message')
    queued.messageId = packet.messageId
  }

  /** PUBACK. */
  async outgoingClearMessageId(
    client: WithId,
    packet: { messageId: number },
  ): Promise<QueuedMessage | undefined> {
    const session = this.#sessions.byKey(client.id)
    return session && this.#sessions.dequeue(session, packet.messageId)
  }

  /** [MQTT-4.4.0-1], [MQTT-3.3.1-1]: all that was not acknowledged, with DUP if it was sent before. */
  outgoingStream(client: WithId): Readable {
    return Readable.from(redelivered(this.#sessions.byKey(client.id)))
  }
}

function redelivered(session: Session | undefined): QueuedMessage[] {
  if (session === undefined) return []
  for (const packet of session.outgoing) packet.dup = packet.messageId !== undefined
  return [...session.outgoing]
}
