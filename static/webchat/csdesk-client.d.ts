/** A headless client of the desk: see docs/embedding.md, and docs/wire.md for what the shapes mean. */

export interface User {
  userID: string;
  /** made by your server, see docs/usersig.md */
  userSig: string;
}

/** An IM element: TIMTextElem, TIMImageElem, TIMFileElem, TIMSoundElem, TIMVideoFileElem, TIMFaceElem or TIMCustomElem. */
export interface Elem {
  MsgType: string;
  MsgContent: Record<string, unknown>;
}

/** One row of the conversation. `seq` is null for what is still on its way. */
export interface Entry {
  seq: number | null;
  session?: string | null;
  /** Unix milliseconds */
  at: number;
  from: { kind: "visitor" | "agent" | "bot" | "system"; id: string; name?: string; avatar?: string };
  client_id?: string;
  elem: Elem | null;
  event?: { type: string; [key: string]: unknown };
  recalled?: boolean;
  /** of what is on its way: refused, and why */
  failed?: boolean;
  reason?: string;
}

export interface Session {
  id?: string;
  /** "flow" is with the bot */
  state: "flow" | "waiting" | "serving" | "ended";
  agent?: { id: string; name: string; staff_no: string; avatar: string } | null;
  group?: { id: number; name: string } | null;
  rateable?: boolean;
}

export interface Standing {
  session: Session | null;
  /** position counts from 1 */
  queue: { position: number | null; ahead?: number; seconds?: number | null } | null;
  /** a human is connected (src 26): the visitor may end the session (src 27) */
  inSeat: boolean;
  /** menuSendRuleFlag of src 23; & 4: the visitor may ask for a rating card (src 24) */
  ratingFlag: number;
  /** nobody can serve now: a message may be left */
  isOffered: boolean;
}

export interface Field {
  label: string;
  kind: "text" | "email" | "phone" | "select";
  options: string[];
  required: boolean;
}

export interface Page {
  url: string;
  title?: string;
  referrer?: string;
  /** Unix milliseconds */
  at?: number;
}

/** A refusal: `message` is a sentence in the visitor's language, `field` what was filled in wrongly. */
export interface Refusal extends Error {
  code?: number;
  field?: string;
}

export interface Events {
  state: (state: "connecting" | "open" | "waiting" | "offline" | "refused" | "closed") => void;
  /** connected and known; `visitor`, `form` and `messageForm` are set */
  welcome: (frame: Record<string, unknown>) => void;
  /** draw from an empty page: the visitor changed, or this is the first window */
  reset: () => void;
  /** the first window was drawn by `entry` events */
  begun: (window: { hasMore: boolean; unread: number }) => void;
  /** a new row at the end; it replaces the bubble of client_id `replaces` where that is set */
  entry: (entry: Entry, replaces: string | null) => void;
  /** a row that is there already was answered, recalled or has grown */
  change: (entry: Entry) => void;
  /** a bubble that is on its way */
  pending: (entry: Entry) => void;
  failed: (clientId: string, reason: string) => void;
  /** take that bubble away */
  gone: (clientId: string) => void;
  session: (standing: Standing) => void;
  typing: (isTyping: boolean) => void;
  /** the agent has read up to this seq */
  read: (seq: number) => void;
  refused: (refusal: Refusal) => void;
  identity: (who: { userID: string | null; error?: Refusal }) => void;
  /** a signed visitor is gone: drop what you keep of him */
  forgotten: () => void;
}

export interface Options {
  webAppId: string;
  /** origin of the desk; by default where this module came from */
  server?: string;
  language?: "zh-hans" | "en";
  user?: User | null;
  /** origin of the page around a frame */
  site?: string;
  /** a signed visitor of this tab goes on without a new userSig; default true */
  resumes?: boolean;
}

export class CSDeskClient {
  constructor(options: Options);
  readonly visitor: { id: string; name: string; user_id: string | null } | null;
  readonly standing: Standing;
  readonly form: Field[];
  readonly messageForm: { always: boolean; fields: Field[] } | null;
  readonly agentRead: number;
  on<E extends keyof Events>(event: E, listener: Events[E]): () => void;
  connect(): void;
  close(): void;
  say(words: string): string;
  post(elem: Elem, clientId?: string): string;
  resend(clientId: string): void;
  recall(seq: number): boolean;
  vote(seq: number, up: boolean): boolean;
  flag(src: "7" | "10" | "24" | "27", rest?: Record<string, unknown>): boolean;
  typing(text: string): void;
  read(seq: number): boolean;
  history(): Promise<{ entries: Entry[]; hasMore: boolean }>;
  upload(file: File, progress?: (part: number) => void): Promise<Elem>;
  fileUrl(url: string): string;
  identify(user: User): Promise<void>;
  logout(): void;
  setAttributes(attributes: Record<string, string | number | boolean | null>): Promise<unknown>;
  pages(pages: Page[]): void;
  answerForm(answers: Record<string, string>): Promise<void>;
  leaveMessage(message: { text: string; contact: string; answers?: Record<string, string>; clientId?: string }): Promise<unknown>;
}

export function textElem(words: string): Elem;
export function customElem(src: string, rest?: Record<string, unknown>): Elem;
export function payloadOf(elem: Elem | null): Record<string, any> | null;
export function newId(): string;
