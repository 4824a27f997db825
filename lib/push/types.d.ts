/** What is sent. */
export interface Request {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** What comes back. */
export interface ReceiverResponse {
  readonly status: number
  /** A header by its name in lower case. */
  header(name: string): string | null
  /** Without bytes if there are very many. */
  readonly body: Uint8Array
}

/**
 * Sends a request once, and waits for the whole response. Redirects are responses. Rejects without a response, and at the signal.
 */
export type Exchange = (request: Request, signal: AbortSignal) => Promise<ReceiverResponse>
