// What the files of this folder, and the sites that they serve, hand to each other.

import type { IncomingMessage } from 'node:http'

/** A request, whichever kind of server it came from. */
export interface HttpRequest {
  readonly method: string
  /** Path and query as they arrived. */
  readonly url: string
  /** Path and query that a framework has left of `url` behind its mount point; undefined where it removed nothing. */
  readonly mountedUrl?: string
  /** The requested host, maybe with a port. */
  readonly host?: string
  /** The address at which the request arrived; empty for a Unix socket, undefined where the server does not report it. */
  readonly localAddress?: string
  /** The request of `node:http`, if it came from there. */
  readonly incoming?: IncomingMessage
  /** @param name in lower case, of a header that is sent once */
  header(name: string): string | undefined
  /** The request for functions of users. */
  toRequest(): Request
}

/** The response to a request. */
export interface HttpResponse {
  status: number
  statusText?: string
  /** `Headers` come from a user's response, and are complete. Others get a `Content-Length`. */
  headers: Record<string, string> | Headers
  body: Uint8Array | null
  /** A body that is written as it comes. */
  stream?: Stream
}

/** A response whose headers may be extended. */
export interface OwnResponse extends HttpResponse {
  headers: Record<string, string>
}

/** The body of a response that stays open. `refusal` and `begin` are called in one turn, when the response is sent. */
export interface Stream {
  refusal(): HttpResponse | undefined
  begin(client: Client): Promise<void>
}

/** The reader of a stream. */
export interface Client {
  /** The number of bytes that were written and not taken yet. */
  readonly pending: number
  write(bytes: Uint8Array): void
  /** Ends the stream in good order. */
  end(): void
  /** Cuts the client off. */
  drop(): void
  /** Calls the listener once, when the stream is over in any way; at once if it is already. */
  onClose(listener: () => void): void
}

export type Handler = (request: HttpRequest) => Promise<OwnResponse> | OwnResponse

/** What `handle` and `fetch` serve. A site knows requests and responses, and no server. */
export interface Site {
  /** Whether responses are compressed for clients that accept it. */
  readonly isCompressed: boolean
  /** The handler of a request; undefined for a path that is not the site's. */
  route(request: HttpRequest): Handler | undefined
  /** Why a request is refused, before its method is looked at. */
  refusal?(request: HttpRequest): HttpResponse | undefined
  /** Why a GET or HEAD request is refused, before it is handled. */
  authorize?(request: HttpRequest): Promise<HttpResponse | undefined>
  /** The response that reports an error to the client. */
  failure(status: number, message: string, headers?: Record<string, string>): OwnResponse
  /** Reports to the process what went wrong. */
  warn(what: 'handle' | 'fetch' | 'handler', error: unknown): void
}
