// SPDX-License-Identifier: GPL-3.0-or-later
//
// SDP as other implementations write it. The browser's offers and answers are rewritten before they
// are sent, and an answer to such an offer is made into one to the browser's own.
'use strict';

class Description
{
  constructor (text)
  {
    const lines = text.split (/\r?\n/).filter (line => line !== '');
    this.session = [];
    this.sections = [];
    for (const line of lines)
      {
        if (line.startsWith ('m='))
          this.sections.push ([]);
        (this.sections[this.sections.length - 1] || this.session).push (line);
      }
  }

  get text ()
  {
    return [this.session, ...this.sections].flat ().map (line => `${line}\r\n`).join ('');
  }

  get group ()
  {
    const line = this.session.find (each => each.startsWith ('a=group:BUNDLE'));
    return line ? line.split (' ').slice (1) : null;
  }

  set group (tags)
  {
    this.session = this.session.filter (line => !line.startsWith ('a=group:'));
    if (tags)
      this.session.push (['a=group:BUNDLE', ...tags].join (' '));
  }
}

const isRejected = section => / 0 /.test (section[0].match (/^m=\S+ \d+ /)[0]);

// Puts a section outside of the BUNDLE group before all others.
function putAhead (description, lines)
{
  description.sections.unshift (lines);
}

function takeAhead (description)
{
  const [first] = description.sections.splice (0, 1);
  if (!isRejected (first))
    throw new Error (`a rejected section was answered with ${first[0]}`);
}

function replaceRejected (description, makeLines)
{
  description.sections = description.sections.map (
    section => isRejected (section) ? makeLines (section) : section);
}

function liftSetup (description)
{
  const setup = description.sections.flat ().find (line => line.startsWith ('a=setup:'));
  description.sections = description.sections.map (
    section => section.filter (line => !line.startsWith ('a=setup:')));
  description.session.push (setup);
}

function reverseGroup (description)
{
  description.group = description.group.reverse ();
}

function dropGroup (description)
{
  description.group = null;
}

// ahead: how many sections are put before the browser's own in offers; offer, answer: rewrite what is
// sent; answered: rewrites the answer to such an offer; bundlePolicy: of the RTCPeerConnection.
const dialects = {
  unchanged: {},
  // The m= line alone.
  'rejected section as by pion': {
    ahead: 1,
    offer: description => putAhead (description, ['m=video 0 UDP/TLS/RTP/SAVPF 0']),
    answered: takeAhead,
    answer: description => replaceRejected (
      description, ([line]) => [`${line.split (' ').slice (0, 3).join (' ')} 0`]),
  },
  'rejected section as by Firefox': {
    ahead: 1,
    offer: description => putAhead (description, [
      'm=audio 0 UDP/TLS/RTP/SAVPF 0', 'c=IN IP4 0.0.0.0', 'a=inactive', 'a=mid:dead', 'a=rtpmap:0 PCMU/8000',
    ]),
    answered: takeAhead,
    answer: description => replaceRejected (
      description, section => [
        `${section[0].split (' ').slice (0, 3).join (' ')} 120`, 'c=IN IP4 0.0.0.0', 'a=inactive',
        section.find (line => line.startsWith ('a=mid:')), 'a=rtpmap:120 VP8/90000',
      ]),
  },
  'session-level setup': { offer: liftSetup, answer: liftSetup },
  'reversed BUNDLE group': { offer: reverseGroup, answered: reverseGroup, answer: reverseGroup },
  'no BUNDLE group': { offer: dropGroup, answer: dropGroup, bundlePolicy: 'max-compat' },
};
