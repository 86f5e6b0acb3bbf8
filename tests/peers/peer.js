// SPDX-License-Identifier: GPL-3.0-or-later
//
// A client of the Visavis protocol in a page: a side of calls that shares no code with the app.
// A test drives it through the global object "peer" and looks at peer.state and peer.stats ().
'use strict';

const now = () => performance.timeOrigin + performance.now ();

// One generation of a call: one peer connection.
class Generation
{
  constructor (peer, call, gen)
  {
    this.peer = peer;
    this.call = call;
    this.gen = gen;
    this.early = [];  // remote candidates, until the remote description is set
    this.held = [];   // local candidates, until the local description is sent
    this.frames = 0;
    this.firstFrame = null;
    this.firstDecoded = null;
    this.pings = 0;
    this.pongs = 0;
    this.dialect = peer.dialect;
    this.ahead = 0; // sections that the dialect puts before the browser's
    this.pc = new RTCPeerConnection ({
      iceServers: peer.iceServers, iceTransportPolicy: peer.relayOnly ? 'relay' : 'all',
      bundlePolicy: this.dialect.bundlePolicy || 'max-bundle',
    });
    this.pc.onicecandidate = ({ candidate }) => this.sendCandidate (candidate);
    this.pc.ontrack = event => this.take (event);
    this.pc.ondatachannel = ({ channel }) => this.useChannel (channel);
    this.pc.onconnectionstatechange = () => {
      peer.note (`${gen}: ${this.pc.connectionState}`);
      if (this.pc.connectionState === 'connected')
        peer.connected (this);
    };
  }

  sendCandidate (candidate)
  {
    if (this.held !== null)
      {
        this.held.push (candidate);
        return;
      }
    this.peer.tell ('call:ice', {
      call: this.call, gen: this.gen,
      candidates: [candidate && candidate.candidate
        ? { candidate: candidate.candidate, sdpMid: candidate.sdpMid,
            sdpMLineIndex: candidate.sdpMLineIndex + this.ahead }
        : { candidate: '', sdpMid: '0', sdpMLineIndex: 0 }],
    });
  }

  release ()
  {
    const held = this.held || [];
    this.held = null;
    held.forEach (candidate => this.sendCandidate (candidate));
  }

  take ({ track, transceiver })
  {
    if (track.kind === 'video')
      {
        // The second video section is screen sharing; it is not shown here.
        const videos = this.pc.getTransceivers ().filter (t => t.receiver.track.kind === 'video');
        if (videos.indexOf (transceiver) !== 0)
          return;
      }
    this.stream = this.stream || new MediaStream ();
    this.stream.addTrack (track);
    if (track.kind === 'video')
      {
        if (this.peer.measured)
          {
            this.awaitFrame (track.clone ());
            this.countFrames (transceiver.receiver);
          }
        this.show ();
      }
  }

  // The first decoded frame, from whichever has it first: framesDecoded, which Chromium caches for 50 ms;
  // a MediaStreamTrackProcessor, which gets the frame when it is due; or requestVideoFrameCallback ().
  decoded ()
  {
    this.firstDecoded = this.firstDecoded || now ();
  }

  async awaitFrame (track)
  {
    const reader = new MediaStreamTrackProcessor ({ track }).readable.getReader ();
    const { value } = await reader.read ();
    if (value)
      {
        this.decoded ();
        value.close ();
      }
    track.stop ();
  }

  async countFrames (receiver)
  {
    while (this.firstDecoded === null && this.pc.connectionState !== 'closed')
      {
        for (const report of (await receiver.getStats ()).values ())
          if (report.type === 'inbound-rtp' && report.framesDecoded > 0)
            this.decoded ();
        await new Promise (resolve => setTimeout (resolve, 3));
      }
  }

  show ()
  {
    const video = document.getElementById ('remote');
    video.srcObject = this.stream;
    video.play ().catch (() => {});
    const count = () => {
      this.frames += 1;
      if (this.firstFrame === null)
        {
          this.firstFrame = now ();
          this.decoded ();
          this.peer.note (`${this.gen}: first frame`);
        }
      video.requestVideoFrameCallback (count);
    };
    video.requestVideoFrameCallback (count);
  }

  useChannel (channel)
  {
    if (channel.label !== 'visavis')
      return;
    this.channel = channel;
    channel.onmessage = ({ data }) => {
      const message = JSON.parse (data);
      if (message.type === 'ping')
        {
          this.pings += 1;
          channel.send (JSON.stringify ({ type: 'pong', t: message.t }));
        }
      else if (message.type === 'pong')
        this.pongs += 1;
    };
    const ping = () => {
      if (channel.readyState === 'open')
        channel.send (JSON.stringify ({ type: 'ping', t: Math.round (performance.now ()) }));
    };
    channel.onopen = ping;
    this.pinger = setInterval (ping, 1000);
  }

  // Rewrites SDP into the dialect.
  translate (text, change)
  {
    if (!change)
      return text;
    const description = new Description (text);
    change (description);
    return description.text;
  }

  async offer ()
  {
    for (const track of this.peer.media.getTracks ())
      this.pc.addTransceiver (track, { direction: 'sendrecv', streams: [this.peer.media] });
    this.useChannel (this.pc.createDataChannel ('visavis'));
    await this.pc.setLocalDescription ();
    this.ahead = this.dialect.ahead || 0;
    return this.translate (this.pc.localDescription.sdp, this.dialect.offer);
  }

  async answer (sdp)
  {
    await this.pc.setRemoteDescription ({ type: 'offer', sdp });
    const seen = new Set ();
    for (const transceiver of this.pc.getTransceivers ())
      {
        const kind = transceiver.receiver.track.kind;
        const track = this.peer.media.getTracks ().find (t => t.kind === kind);
        if (seen.has (kind) || !track)
          {
            transceiver.stop (); // screen sharing: rejected
            continue;
          }
        seen.add (kind);
        transceiver.direction = 'sendrecv';
        await transceiver.sender.replaceTrack (track);
      }
    await this.pc.setLocalDescription ();
    await this.flush ();
    return this.translate (this.pc.localDescription.sdp, this.dialect.answer);
  }

  async setAnswer (sdp)
  {
    await this.pc.setRemoteDescription ({
      type: 'answer', sdp: this.translate (sdp, this.dialect.answered),
    });
    await this.flush ();
  }

  async flush ()
  {
    const early = this.early;
    this.early = null;
    for (const candidate of early || [])
      await this.add (candidate);
  }

  async add (candidate)
  {
    if (this.early !== null)
      {
        this.early.push (candidate);
        return;
      }
    try
      {
        await this.pc.addIceCandidate (candidate.candidate === '' ? undefined : {
          ...candidate, sdpMLineIndex: candidate.sdpMLineIndex - this.ahead,
        });
      }
    catch (error)
      {
        this.peer.note (`candidate refused: ${error.message}`);
      }
  }

  async stats ()
  {
    const result = { gen: this.gen, connection: this.pc.connectionState, shown: this.frames,
                     firstFrame: this.firstFrame, firstDecoded: this.firstDecoded, pings: this.pings, pongs: this.pongs,
                     framesDecoded: 0, audioPackets: 0, audioEnergy: 0, framesSent: 0 };
    const reports = await this.pc.getStats ();
    for (const report of reports.values ())
      {
        if (report.type === 'inbound-rtp' && report.kind === 'video')
          {
            result.framesDecoded += report.framesDecoded || 0;
            result.frameWidth = report.frameWidth;
            result.videoJitterBuffer = report.jitterBufferDelay / report.jitterBufferEmittedCount;
          }
        else if (report.type === 'inbound-rtp' && report.kind === 'audio')
          {
            result.audioPackets += report.packetsReceived || 0;
            result.audioEnergy += report.totalAudioEnergy || 0;
          }
        else if (report.type === 'outbound-rtp' && report.kind === 'video')
          result.framesSent += report.framesSent || 0;
        else if (report.type === 'transport' && report.selectedCandidatePairId)
          {
            const pair = reports.get (report.selectedCandidatePairId);
            const local = pair && reports.get (pair.localCandidateId);
            const remote = pair && reports.get (pair.remoteCandidateId);
            result.path = [local, remote].map (c => c && `${c.candidateType}/${c.relayProtocol || c.protocol}`);
          }
      }
    return result;
  }

  close ()
  {
    clearInterval (this.pinger);
    this.pc.close ();
  }
}

class Peer
{
  constructor ()
  {
    this.log = [];
    this.state = 'offline';
    this.iceServers = [];
    this.relayOnly = false;
    this.measured = false;
    this.dialect = dialects.unchanged;
    this.generations = new Map ();
    this.waiting = new Map ();
    this.lastId = 0;
    this.marks = {};
    this.ended = [];
  }

  note (text)
  {
    this.log.push (`${(now () % 1e6).toFixed (0)} ${text}`);
  }

  // Opens camera and microphone before any call, so that their start is in no measured time.
  async signIn (url, token, options = {})
  {
    this.relayOnly = !!options.relayOnly;
    this.measured = !!options.measured;
    this.media = await navigator.mediaDevices.getUserMedia ({
      audio: true, video: options.video === false ? false : { width: 640, height: 480, frameRate: 30 },
    });
    document.getElementById ('local').srcObject = this.media;
    this.socket = new WebSocket (url, 'visavis.v1');
    this.socket.onmessage = ({ data }) => this.hear (JSON.parse (data));
    this.socket.onclose = ({ code }) => {
      this.note (`socket closed ${code}`);
      this.state = 'offline';
      for (const { reject } of this.waiting.values ())
        reject (new Error ('socket closed'));
      this.waiting.clear ();
    };
    await new Promise ((resolve, reject) => {
      this.socket.onopen = resolve;
      this.socket.onerror = () => reject (new Error ('no socket'));
    });
    const hello = await this.ask ('hello', { token });
    this.user = hello.user;
    this.iceServers = hello.ice_servers || [];
    this.state = 'idle';
    return hello;
  }

  ask (type, fields)
  {
    const id = ++this.lastId;
    this.socket.send (JSON.stringify ({ type, id, ...fields }));
    return new Promise ((resolve, reject) => this.waiting.set (id, { resolve, reject, type }));
  }

  tell (type, fields)
  {
    if (this.socket.readyState === WebSocket.OPEN)
      this.ask (type, fields).catch (error => this.note (`${type}: ${error.message}`));
  }

  hear (message)
  {
    if (message.type === 'ok' || message.type === 'error')
      {
        const waiting = this.waiting.get (message.id);
        this.waiting.delete (message.id);
        if (waiting && message.type === 'ok')
          waiting.resolve (message);
        else if (waiting)
          waiting.reject (new Error (message.code));
        return;
      }
    // In order: a candidate must not overtake the description before it.
    this.queue = (this.queue || Promise.resolve ())
      .then (() => this.handle (message))
      .catch (error => this.note (`${message.type}: ${error.message}`));
  }

  get newest ()
  {
    return [...this.generations.values ()].pop ();
  }

  async handle (message)
  {
    if (!message.type.startsWith ('call:'))
      return;
    this.note (`← ${message.type} ${message.gen ?? ''} ${message.reason ?? ''}`);
    if (message.type === 'call:offer')
      {
        await this.handleOffer (message);
        return;
      }
    if (message.call !== this.call)
      return;
    const generation = this.generations.get (message.gen);
    switch (message.type)
      {
      case 'call:ringing':
        this.remoteRinging = true;
        break;
      case 'call:answer':
        if (!generation || (this.state !== 'calling' && this.state !== 'in_call'))
          break;
        if (this.state === 'calling')
          this.marks.answered = now ();
        this.state = 'in_call';
        await generation.setAnswer (message.sdp);
        break;
      case 'call:ice':
        for (const candidate of message.candidates)
          if (generation)
            await generation.add (candidate);
          else
            this.earlyIce.push ({ gen: message.gen, candidate });
        break;
      case 'call:renew':
        if (this.outgoing)
          await this.renew (message.gen + 1);
        break;
      case 'call:media':
        this.remoteMedia = { audio: message.audio, video: message.video, screen: message.screen };
        break;
      case 'call:end':
        this.finish (message.reason);
        break;
      }
  }

  async handleOffer (message)
  {
    if (message.call === this.call && message.gen > 0)
      {
        const generation = new Generation (this, this.call, message.gen);
        this.generations.set (message.gen, generation);
        const sdp = await generation.answer (message.sdp);
        this.tell ('call:answer', { call: this.call, gen: message.gen, media: this.sending (), sdp });
        generation.release ();
        return;
      }
    if (this.ended.includes (message.call) || message.call === this.call)
      return;
    if (this.state !== 'idle')
      {
        this.tell ('call:end', { call: message.call, reason: 'busy' });
        return;
      }
    this.begin (message.call, false);
    this.offered = message;
    this.remoteMedia = message.media;
    this.state = 'ringing';
    this.tell ('call:ringing', { call: this.call });
  }

  begin (call, outgoing)
  {
    this.call = call;
    this.outgoing = outgoing;
    this.generations = new Map ();
    this.earlyIce = [];
    this.remoteRinging = false;
    this.remoteMedia = null;
    this.endReason = null;
    this.marks = {};
  }

  sending ()
  {
    return { audio: this.media.getAudioTracks ().length > 0, video: this.media.getVideoTracks ().length > 0 };
  }

  async place (user)
  {
    this.begin (crypto.randomUUID (), true);
    this.state = 'calling';
    this.marks.called = now ();
    const generation = new Generation (this, this.call, 0);
    this.generations.set (0, generation);
    const sdp = await generation.offer ();
    const offered = this.ask ('call:offer', { call: this.call, gen: 0, to: user, media: this.sending (), sdp });
    generation.release ();
    const { ringing } = await offered;
    if (ringing === 0)
      this.note ('nobody there');
    return ringing;
  }

  async answer ()
  {
    const { gen, sdp } = this.offered;
    this.marks.answer = now ();
    this.state = 'in_call';
    const generation = new Generation (this, this.call, gen);
    this.generations.set (gen, generation);
    generation.early = this.earlyIce.filter (ice => ice.gen === gen).map (ice => ice.candidate);
    const answer = await generation.answer (sdp);
    const taken = this.ask ('call:answer', { call: this.call, gen, media: this.sending (), sdp: answer });
    generation.release ();
    await taken;
  }

  async renew (gen)
  {
    const generation = new Generation (this, this.call, gen);
    this.generations.set (gen, generation);
    const sdp = await generation.offer ();
    this.tell ('call:offer', { call: this.call, gen, sdp });
    generation.release ();
  }

  connected (generation)
  {
    this.marks.connected = this.marks.connected || now ();
    for (const [gen, older] of this.generations)
      if (gen < generation.gen)
        {
          older.close ();
          this.generations.delete (gen);
        }
  }

  end (reason)
  {
    if (this.state === 'idle' || this.state === 'offline')
      return;
    this.tell ('call:end', { call: this.call, reason });
    this.finish (reason);
  }

  finish (reason)
  {
    if (this.call === null)
      return;
    this.note (`ended: ${reason}`);
    this.endReason = reason;
    this.ended.push (this.call);
    this.call = null;
    for (const generation of this.generations.values ())
      generation.close ();
    this.generations = new Map ();
    if (this.state !== 'offline')
      this.state = 'idle';
  }

  setVideo (on)
  {
    this.media.getVideoTracks ().forEach (track => { track.enabled = on; });
    this.tell ('call:media', { call: this.call, audio: true, video: on, screen: false });
  }

  async stats ()
  {
    const newest = this.newest;
    return {
      state: this.state, call: this.call, endReason: this.endReason, remoteRinging: this.remoteRinging,
      remoteMedia: this.remoteMedia, marks: this.marks, ...(newest ? await newest.stats () : {}),
    };
  }
}

window.peer = new Peer ();
