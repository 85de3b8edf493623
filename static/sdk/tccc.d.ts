/** Types of `window.tccc`, the agent SDK (docs/agent-sdk.md). */
export type AgentStatus = "free" | "busy" | "arrange" | "notReady" | "rest" | "offline";
export interface CommonSDKResponse { status: "success" | "error"; errorMsg?: string }
export interface CallIn {
  sessionId: string;
  type: "phone" | "im" | "voip" | "video" | "internal";
  /** Seconds to accept it; 0: accepted already, or no limit. */
  timeout: number;
  nickname: string;
  avatar?: string;
  /** The note of a transfer. */
  remark?: string;
  /** The channel's name. */
  peerSource?: string;
  channelName?: string;
  /** JSON of what the visitor's page and the flow told about him. */
  clientData?: string;
}
export interface SessionEnded {
  sessionId: string;
  closeBy: "client" | "seat" | "admin" | "timer";
  mainReason?: string;
  subReason?: string;
}
export interface Events {
  ready: undefined;
  tokenExpired: { message: string };
  callIn: CallIn;
  userAccessed: { sessionId: string };
  autoTransfer: { sessionId: string };
  sessionEnded: SessionEnded;
  transfer: { sessionId: string };
  statusChanged: { status?: AgentStatus };
  /** Beside the document: whether the workbench has a connection. */
  onlineStateChanged: { online: boolean };
}
export interface Tccc {
  readonly events: { readonly [name in keyof Events]: name };
  on<Name extends keyof Events>(event: Name, callback: (detail: Events[Name]) => void): void;
  off<Name extends keyof Events>(event: Name, callback: (detail: Events[Name]) => void): void;
  readonly Chat: {
    accept(options: { sessionId: string }): Promise<CommonSDKResponse>;
    end(options: { sessionId: string }): Promise<CommonSDKResponse>;
    /** `userId` (an account) wins over `skillGroupId`. */
    transfer(options: { sessionId: string; skillGroupId?: string; userId?: string }): Promise<CommonSDKResponse>;
  };
  readonly Agent: {
    online(): void;
    offline(): void;
    setStatus(options: {
      status: "free" | "rest" | "arrange" | "notReady" | "stopNotReady";
      restReason?: string;
    }): Promise<CommonSDKResponse>;
    getStatus(): AgentStatus;
  };
  readonly Devices: {
    isBrowserSupported(): boolean;
    isEnvSupported(): boolean;
    getMicrophones(): Promise<MediaDeviceInfo[]>;
    getSpeakers(): Promise<MediaDeviceInfo[]>;
  };
  readonly UI: {
    hide(): void;
    show(): void;
    showfloatButton(): void;
    hidefloatButton(): void;
    showWorkbench(): void;
    hideWorkbench(): void;
  };
  isEnvSupported(): boolean;
}
declare global {
  interface Window { tccc: Tccc }
}
