package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type signInInput struct {
	Body struct {
		Login    string `json:"login" maxLength:"40"`
		Password string `json:"password" maxLength:"200"`
	}
}

type signInOutput struct {
	Body struct {
		Token string `json:"token" doc:"send it as Authorization: Bearer TOKEN"`
	}
}

type signOutInput struct {
	Authorization string `header:"Authorization"`
}

func registerSession(api huma.API, sessions Sessions) {
	huma.Register(api, huma.Operation{
		OperationID: "sign-in", Method: http.MethodPost, Path: "/api/v1/session", Summary: "Sign in", Tags: []string{"session"},
	}, func(ctx context.Context, in *signInInput) (*signInOutput, error) {
		token, err := sessions.SignIn(ctx, in.Body.Login, in.Body.Password)
		if err != nil {
			return nil, err
		}
		out := &signInOutput{}
		out.Body.Token = token
		return out, nil
	})
	huma.Register(api, Signed(huma.Operation{
		OperationID: "sign-out", Method: http.MethodDelete, Path: "/api/v1/session", Summary: "Sign out", Tags: []string{"session"},
	}), func(ctx context.Context, in *signOutInput) (*struct{}, error) {
		return nil, sessions.SignOut(ctx, bearer(in.Authorization))
	})
}
